"""Notice what a drop does

Revision ID: 7c2e5a90b1d8
Revises: 3b9d10c6e5f4
Create Date: 2026-11-22 21:20:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "7c2e5a90b1d8"
down_revision = "3b9d10c6e5f4"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "drop_marks",
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )


def downgrade():
    op.drop_column("drop_marks", "at")
