"""Deliver by mail

Revision ID: 7c2e9a41d8b5
Revises: 7c0e5a91d4b8
Create Date: 2026-11-22 21:30:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "7c2e9a41d8b5"
down_revision = "7c0e5a91d4b8"
branch_labels = None
depends_on = None


def instant(name, *, now=False):
    default = sa.text("clock_timestamp()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def upgrade():
    op.execute("SET lock_timeout = '5s'")
    op.add_column("users", instant("bounced_at"))
    op.create_table(
        "deliveries",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        instant("planned_at", now=True),
        instant("next_at", now=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        instant("sent_at"),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'sent', 'withheld', 'dead')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.PrimaryKeyConstraint("event_id", "user_id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["bulk", "next_at"],
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["next_at"],
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_table(
        "deliveries_planned",
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        instant("since"),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("bulk", name=op.f("pk_deliveries_planned")),
    )


def downgrade():
    op.drop_table("deliveries_planned")
    op.drop_table("deliveries")
    op.drop_column("users", "bounced_at")
