"""Purge pretend operations

Revision ID: a91c5e70d3b4
Revises: d7e3b52c90fa
Create Date: 2026-11-22 17:38:00

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = 'a91c5e70d3b4'
down_revision = 'd7e3b52c90fa'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('pretend_operations', schema=None) as batch_op:
        batch_op.create_index('ix_pretend_operations_delivered_at', ['delivered_at'], unique=False)


def downgrade():
    with op.batch_alter_table('pretend_operations', schema=None) as batch_op:
        batch_op.drop_index('ix_pretend_operations_delivered_at')
