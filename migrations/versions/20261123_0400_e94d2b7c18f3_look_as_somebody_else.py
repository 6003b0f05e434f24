"""Let admins look as somebody else

Revision ID: e94d2b7c18f3
Revises: 6c0d3f8a71b5
Create Date: 2026-11-23 04:00:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "e94d2b7c18f3"
down_revision = "6c0d3f8a71b5"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "impersonations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("admin_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "begun_at", INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_ins.id"], name=op.f("fk_impersonations_sign_in_id_sign_ins")
        ),
        sa.ForeignKeyConstraint(
            ["admin_id"], ["users.id"], name=op.f("fk_impersonations_admin_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_impersonations_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impersonations")),
    )
    for of in ("sign_in_id", "admin_id", "user_id"):
        op.create_index(op.f(f"ix_impersonations_{of}"), "impersonations", [of])


def downgrade():
    op.drop_table("impersonations")
