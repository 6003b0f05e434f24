"""Let letters of one's own pass all others

Revision ID: 4e8b1d7c92f5
Revises: 9d4b7f1e60a2
Create Date: 2026-11-23 00:30:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "4e8b1d7c92f5"
down_revision = "9d4b7f1e60a2"
branch_labels = None
depends_on = None

DUE = {"postgresql_where": sa.text("state = 'planned'")}
LANE = "CASE WHEN bulk THEN 'announcements' ELSE 'personal' END"


def upgrade():
    op.execute("SET lock_timeout = '5s'")
    for table in ("deliveries", "deliveries_planned"):
        op.add_column(table, sa.Column("lane", sa.Text(), nullable=True))
        op.execute(f"UPDATE {table} SET lane = {LANE}")
        op.alter_column(table, "lane", nullable=False)
    op.drop_index("ix_deliveries_due", "deliveries")
    op.drop_column("deliveries", "bulk")
    op.drop_column("deliveries_planned", "bulk")
    op.create_index("ix_deliveries_due", "deliveries", ["lane", "next_at"], **DUE)
    op.create_check_constraint(
        op.f("ck_deliveries_lane"),
        "deliveries",
        "lane IN ('personal', 'reminders', 'announcements')",
    )
    op.create_primary_key(op.f("pk_deliveries_planned"), "deliveries_planned", ["lane"])
    op.execute(
        "INSERT INTO deliveries_planned (lane, news_id)"
        " SELECT 'reminders', news_id FROM deliveries_planned WHERE lane = 'personal'"
    )
    op.create_table(
        "reminding",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "kind", name=op.f("pk_reminding")),
    )


def downgrade():
    op.drop_table("reminding")
    op.execute("DELETE FROM deliveries_planned WHERE lane = 'reminders'")
    for table in ("deliveries", "deliveries_planned"):
        op.add_column(table, sa.Column("bulk", sa.Boolean(), nullable=True))
        op.execute(f"UPDATE {table} SET bulk = lane = 'announcements'")
        op.alter_column(table, "bulk", nullable=False)
    op.drop_index("ix_deliveries_due", "deliveries")
    op.drop_column("deliveries", "lane")
    op.drop_column("deliveries_planned", "lane")
    op.create_index("ix_deliveries_due", "deliveries", ["bulk", "next_at"], **DUE)
    op.create_primary_key(op.f("pk_deliveries_planned"), "deliveries_planned", ["bulk"])
