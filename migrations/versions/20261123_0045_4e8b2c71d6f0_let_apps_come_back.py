"""Let apps come back

Revision ID: 4e8b2c71d6f0
Revises: 4e8b1d7c92f5
Create Date: 2026-11-23 00:45:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "4e8b2c71d6f0"
down_revision = "4e8b1d7c92f5"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "refresh_families",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("current", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
        sa.Column(
            "rotated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_ins.id"], name=op.f("fk_refresh_families_sign_in_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_families")),
        sa.UniqueConstraint("sign_in_id", name=op.f("uq_refresh_families_sign_in_id")),
    )
    op.create_table(
        "live_tickets",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_ins.id"], name=op.f("fk_live_tickets_sign_in_id")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_live_tickets")),
    )
    op.create_index("ix_live_tickets_made_at", "live_tickets", ["made_at"], unique=False)


def downgrade():
    op.drop_table("live_tickets")
    op.drop_table("refresh_families")
