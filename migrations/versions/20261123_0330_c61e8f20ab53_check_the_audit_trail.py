"""Check the audit trail a piece at a time

Revision ID: c61e8f20ab53
Revises: 5b2e9d71c0f4
Create Date: 2026-11-23 03:30:00

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

# revision identifiers, used by Alembic.
revision = "c61e8f20ab53"
down_revision = "5b2e9d71c0f4"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column(
            "asked_at", INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("goal", sa.BigInteger(), nullable=False),
        sa.Column("goal_hash", sa.LargeBinary(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("reached", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reached_hash", sa.LargeBinary(), nullable=False),
        sa.Column("found", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    op.create_index(
        "ix_audit_checks_open",
        "audit_checks",
        ["id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade():
    op.drop_table("audit_checks")
