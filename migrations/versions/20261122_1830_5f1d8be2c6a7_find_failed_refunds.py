"""Find failed refunds

Revision ID: 5f1d8be2c6a7
Revises: a91c5e70d3b4
Create Date: 2026-11-22 18:30:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5f1d8be2c6a7'
down_revision = 'a91c5e70d3b4'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index('ix_payments_open')
        batch_op.create_index('ix_payments_open', ['begun_at'], unique=False, postgresql_where=sa.text("status IN ('pending', 'refund_pending', 'refund_failed')"))


def downgrade():
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index('ix_payments_open')
        batch_op.create_index('ix_payments_open', ['begun_at'], unique=False, postgresql_where=sa.text("status IN ('pending', 'refund_pending')"))
