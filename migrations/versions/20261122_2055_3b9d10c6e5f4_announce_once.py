"""Announce once

Revision ID: 3b9d10c6e5f4
Revises: e81c4f7a2d36
Create Date: 2026-11-22 20:55:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "3b9d10c6e5f4"
down_revision = "e81c4f7a2d36"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "uq_announcements_once",
        "announcements",
        ["drop_id", "kind"],
        unique=True,
        postgresql_where=sa.text("kind <> 'rescheduled'"),
    )


def downgrade():
    op.drop_index("uq_announcements_once", "announcements")
