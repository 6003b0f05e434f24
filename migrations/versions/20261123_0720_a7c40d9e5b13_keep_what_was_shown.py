"""Keep what was shown

Revision ID: a7c40d9e5b13
Revises: e2a95d0b7c34
Create Date: 2026-11-23 07:20:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "a7c40d9e5b13"
down_revision = "e2a95d0b7c34"
branch_labels = None
depends_on = None

NOWHERE = sa.text("product_id IS NULL AND profile_id IS NULL")


def upgrade() -> None:
    op.add_column("assets", sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_assets_unused", table_name="assets")
    op.create_index(
        "ix_assets_unused",
        "assets",
        [sa.text("coalesce(put_away_at, created_at)")],
        postgresql_where=NOWHERE,
    )


def downgrade() -> None:
    op.drop_index("ix_assets_unused", table_name="assets")
    op.create_index("ix_assets_unused", "assets", ["created_at"], postgresql_where=NOWHERE)
    op.drop_column("assets", "put_away_at")
