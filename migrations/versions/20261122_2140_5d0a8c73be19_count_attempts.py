"""Count attempts

Revision ID: 5d0a8c73be19
Revises: c2a7e90d415b
Create Date: 2026-11-22 21:40:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "5d0a8c73be19"
down_revision = "c2a7e90d415b"
branch_labels = None
depends_on = None


def upgrade():
    clock = sa.text("clock_timestamp()")
    op.create_table(
        "outbox_attempts",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=clock, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), server_default=clock, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "job", name=op.f("pk_outbox_attempts")),
    )
    op.create_index(
        "ix_outbox_attempts_dead",
        "outbox_attempts",
        ["dead_at"],
        unique=False,
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )


def downgrade():
    op.drop_index("ix_outbox_attempts_dead", table_name="outbox_attempts")
    op.drop_table("outbox_attempts")
