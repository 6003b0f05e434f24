"""Begin a sign-in anew to prove who one is

Revision ID: 8c3e5fa0b7d1
Revises: 1f7ac3d94e02
Create Date: 2026-11-23 01:45:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "8c3e5fa0b7d1"
down_revision = "1f7ac3d94e02"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_column("sign_ins", "proved_at")


def downgrade():
    op.add_column(
        "sign_ins",
        sa.Column(
            "proved_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )
