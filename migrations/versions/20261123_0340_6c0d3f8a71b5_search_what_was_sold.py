"""Search what was sold

Revision ID: 6c0d3f8a71b5
Revises: c61e8f20ab53
Create Date: 2026-11-23 03:40:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "6c0d3f8a71b5"
down_revision = "c61e8f20ab53"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_orders_over",
        "orders",
        ["drop_id", "status", sa.text("placed_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("status IN ('cancelled', 'lapsed', 'refunded')"),
    )
    op.create_index(
        "ix_users_name_begins",
        "users",
        [sa.text("lower(display_name) text_pattern_ops")],
    )


def downgrade() -> None:
    op.drop_index("ix_users_name_begins", table_name="users")
    op.drop_index("ix_orders_over", table_name="orders")
