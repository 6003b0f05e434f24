"""Remember of which kind a product's picture is.

Revision ID: c4d2a91f63be
Revises: b2f1c07d4e55
Create Date: 2026-11-22 15:40:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "c4d2a91f63be"
down_revision = "b2f1c07d4e55"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("products", sa.Column("artwork", sa.Text(), server_default="", nullable=False))


def downgrade():
    op.drop_column("products", "artwork")
