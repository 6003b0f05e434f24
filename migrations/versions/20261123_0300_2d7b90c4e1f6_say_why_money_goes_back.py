"""Say why money goes back

Revision ID: 2d7b90c4e1f6
Revises: 8c3e5fa0b7d1
Create Date: 2026-11-23 03:00:00

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "2d7b90c4e1f6"
down_revision = "8c3e5fa0b7d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_refunds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("back_in_all", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND amount <= back_in_all", name=op.f("ck_order_refunds_amount")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_refunds_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_order_refunds_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_refunds")),
    )
    op.create_index("ix_order_refunds_order_id", "order_refunds", ["order_id", "id"])
    op.create_index(
        "uq_order_refunds_payment", "order_refunds", ["payment_id", "back_in_all"], unique=True
    )


def downgrade() -> None:
    op.drop_table("order_refunds")
