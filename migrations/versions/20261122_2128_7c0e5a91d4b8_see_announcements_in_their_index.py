"""See announcements in their index

Revision ID: 7c0e5a91d4b8
Revises: 7c2e5a90b1d8
Create Date: 2026-11-22 21:28:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "7c0e5a91d4b8"
down_revision = "7c2e5a90b1d8"
branch_labels = None
depends_on = None

INDEX = ("ix_announcements_of_creator", "announcements", ["creator_id", sa.text("id DESC")])


def upgrade():
    op.drop_index("ix_announcements_of_creator", "announcements")
    op.create_index(*INDEX, postgresql_include=["at", "kind", "event_id"])


def downgrade():
    op.drop_index("ix_announcements_of_creator", "announcements")
    op.create_index(*INDEX, postgresql_include=["at", "kind"])
