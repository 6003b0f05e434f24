"""Stand in line

Revision ID: c2a7e90d415b
Revises: 7c2e9a41d8b5
Create Date: 2026-11-22 21:37:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "c2a7e90d415b"
down_revision = "7c2e9a41d8b5"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "waitlist_entries",
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("drop_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 100", name=op.f("ck_waitlist_entries_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["sku_id"], ["skus.id"], name=op.f("fk_waitlist_entries_sku_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_waitlist_entries_user_id")
        ),
        sa.PrimaryKeyConstraint("sku_id", "user_id", name=op.f("pk_waitlist_entries")),
    )
    waiting = sa.text("offer_id IS NULL")
    op.create_index(
        "ix_waitlist_entries_line", "waitlist_entries", ["sku_id", "turn"], postgresql_where=waiting
    )
    op.create_index(
        "ix_waitlist_entries_of_drop",
        "waitlist_entries",
        ["drop_id", "since"],
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_waitlist_entries_of_person", "waitlist_entries", ["user_id", sa.text("turn DESC")]
    )
    op.create_index(
        "uq_waitlist_entries_offer",
        "waitlist_entries",
        ["offer_id"],
        unique=True,
        postgresql_where=sa.text("offer_id IS NOT NULL"),
    )
    op.add_column("orders", sa.Column("offered_sku_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "uq_orders_one_offer",
        "orders",
        ["offered_sku_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("status = 'placed' AND offered_sku_id IS NOT NULL"),
    )


def downgrade():
    op.drop_index("uq_orders_one_offer", table_name="orders")
    op.drop_column("orders", "offered_sku_id")
    op.drop_table("waitlist_entries")
