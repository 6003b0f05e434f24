"""Keep of which trace an event is a step

Revision ID: f3b7a1c94e60
Revises: c58e1f6a20d4
Create Date: 2026-11-23 08:25:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "f3b7a1c94e60"
down_revision = "c58e1f6a20d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_events", sa.Column("trace", sa.Text()))


def downgrade() -> None:
    op.drop_column("outbox_events", "trace")
