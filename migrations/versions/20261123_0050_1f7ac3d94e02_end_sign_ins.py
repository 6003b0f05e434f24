"""End sign-ins, reset passwords and change addresses

Revision ID: 1f7ac3d94e02
Revises: 4e8b2c71d6f0
Create Date: 2026-11-23 00:50:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "1f7ac3d94e02"
down_revision = "4e8b2c71d6f0"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.add_column("sign_ins", sa.Column("seen_at", INSTANT, server_default=NOW, nullable=False))
    op.add_column("sign_ins", sa.Column("proved_at", INSTANT, server_default=NOW, nullable=False))
    op.add_column("sign_ins", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column("sign_ins", sa.Column("origin", sa.Text(), nullable=True))
    op.create_table(
        "password_resets",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id_users")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_resets")),
    )
    op.create_index(op.f("ix_password_resets_user_id"), "password_resets", ["user_id"])
    op.create_table(
        "address_changes",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_address_changes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_address_changes")),
    )


def downgrade():
    op.drop_table("address_changes")
    op.drop_table("password_resets")
    for column in ("origin", "device", "proved_at", "seen_at"):
        op.drop_column("sign_ins", column)
