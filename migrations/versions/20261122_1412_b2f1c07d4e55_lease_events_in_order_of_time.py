"""Lease events in order of time

Revision ID: b2f1c07d4e55
Revises: b3f1c07d42a9
Create Date: 2026-11-22 14:12:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b2f1c07d4e55'
down_revision = 'b3f1c07d42a9'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE outbox_events SET leased_until = at WHERE leased_until IS NULL")
    with op.batch_alter_table('outbox_events', schema=None) as batch_op:
        batch_op.alter_column('leased_until', existing_type=sa.DateTime(timezone=True),
                              nullable=False, server_default=sa.text('clock_timestamp()'))
        batch_op.drop_index('ix_outbox_events_unfinished')
        batch_op.create_index('ix_outbox_events_unfinished', ['leased_until', 'id'], unique=False, postgresql_where=sa.text("awaiting IS DISTINCT FROM '{}'"))


def downgrade():
    with op.batch_alter_table('outbox_events', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_events_unfinished')
        batch_op.create_index('ix_outbox_events_unfinished', ['id'], unique=False, postgresql_where=sa.text("awaiting IS DISTINCT FROM '{}'"))
        batch_op.alter_column('leased_until', existing_type=sa.DateTime(timezone=True),
                              nullable=True, server_default=None)
