"""Count who came and who was turned away

Revision ID: e2a95d0b7c34
Revises: 9d41c7e2b508
Create Date: 2026-11-23 04:10:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "e2a95d0b7c34"
down_revision = "9d41c7e2b508"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drop_days",
        sa.Column("drop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "day", "what", name=op.f("pk_drop_days")),
    )
    op.create_table(
        "turned_away",
        sa.Column("drop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("drop_id", "user_id", name=op.f("pk_turned_away")),
    )
    op.create_index("ix_turned_away_at", "turned_away", ["at"])


def downgrade() -> None:
    op.drop_table("turned_away")
    op.drop_table("drop_days")
