"""Serve the lists of cancelled drops and of a creator's drops.

Revision ID: b3f1c07d42a9
Revises: 6387a55e9d08
Create Date: 2026-11-22 14:10:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "b3f1c07d42a9"
down_revision = "6387a55e9d08"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_drops_cancelled_at",
        "drops",
        ["cancelled_at", "id"],
        postgresql_where=sa.text("published_at IS NOT NULL AND cancelled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_drops_of_creator_starts_at",
        "drops",
        ["creator_id", "starts_at", "id"],
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )


def downgrade():
    op.drop_index("ix_drops_of_creator_starts_at", "drops")
    op.drop_index("ix_drops_cancelled_at", "drops")
