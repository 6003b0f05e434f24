"""Count refusals

Revision ID: 9d4b7f1e60a2
Revises: 5d0a8c73be19
Create Date: 2026-11-22 21:50:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "9d4b7f1e60a2"
down_revision = "5d0a8c73be19"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "refusal_counts",
        sa.Column("drop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "minute", "reason", name=op.f("pk_refusal_counts")),
    )
    op.create_table(
        "watching",
        sa.Column("drop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("sockets", sa.Integer(), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("drop_id", "process", name=op.f("pk_watching")),
    )


def downgrade():
    op.drop_table("watching")
    op.drop_table("refusal_counts")
