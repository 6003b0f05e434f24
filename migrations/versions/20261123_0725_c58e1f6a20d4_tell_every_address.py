"""Tell every address that was left

Revision ID: c58e1f6a20d4
Revises: a7c40d9e5b13
Create Date: 2026-11-23 07:25:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "c58e1f6a20d4"
down_revision = "a7c40d9e5b13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "left_addresses",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "left_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_left_addresses_user_id_users")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_left_addresses")),
    )
    op.create_index(op.f("ix_left_addresses_user_id"), "left_addresses", ["user_id"])
    op.create_index(op.f("ix_left_addresses_left_at"), "left_addresses", ["left_at"])
    op.drop_column("address_changes", "previous")


def downgrade() -> None:
    op.add_column("address_changes", sa.Column("previous", sa.Text(), nullable=True))
    op.drop_table("left_addresses")
