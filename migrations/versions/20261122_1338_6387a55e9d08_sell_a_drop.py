"""sell a drop

Revision ID: 6387a55e9d08
Revises: 
Create Date: 2026-11-22 13:38:21.475854+00:00

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '6387a55e9d08'
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade():
    op.create_table('audit_entries',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('previous', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    sa.UniqueConstraint('event_id', name=op.f('uq_audit_entries_event_id'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entries_actor_id', ['actor_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_entries_subject', ['subject', 'id'], unique=False)

    op.create_table('outbox_events',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('awaiting', postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease', sa.Uuid(), nullable=True),
    sa.Column('handovers', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_events'))
    )
    with op.batch_alter_table('outbox_events', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_events_unfinished', ['id'], unique=False, postgresql_where=sa.text("awaiting IS DISTINCT FROM '{}'"))

    op.create_table('pretend_operations',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('callback_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pretend_operations')),
    sa.UniqueConstraint('key', name=op.f('uq_pretend_operations_key'))
    )
    with op.batch_alter_table('pretend_operations', schema=None) as batch_op:
        batch_op.create_index('ix_pretend_operations_owed', ['callback_due_at'], unique=False, postgresql_where=sa.text('delivered_at IS NULL'))

    op.create_table('users',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.Text(), server_default='UTC', nullable=False),
    sa.Column('delivery', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('admin_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("handle ~ '^[a-z0-9][a-z0-9_]{1,29}$'", name=op.f('ck_users_handle')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users'))
    )
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.create_index('uq_users_email', [sa.literal_column('lower(email)')], unique=True)
        batch_op.create_index('uq_users_handle', ['handle'], unique=True)

    op.create_table('creators',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('bio', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['users.id'], name=op.f('fk_creators_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_creators')),
    sa.UniqueConstraint('handle', name=op.f('uq_creators_handle'))
    )
    with op.batch_alter_table('creators', schema=None) as batch_op:
        batch_op.create_index('ix_creators_newest', [sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)

    op.create_table('idempotency_keys',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('outcome', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint('length(key) BETWEEN 1 AND 255', name=op.f('ck_idempotency_keys_length')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_idempotency_keys_user_id')),
    sa.PrimaryKeyConstraint('user_id', 'key', name=op.f('pk_idempotency_keys'))
    )
    with op.batch_alter_table('idempotency_keys', schema=None) as batch_op:
        batch_op.create_index('ix_idempotency_keys_created_at', ['created_at'], unique=False)

    op.create_table('sign_ins',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_ins_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_user_id'), ['user_id'], unique=False)

    op.create_table('drops',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('creator_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('story', sa.Text(), server_default='', nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('limit_per_customer', sa.SmallInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('payment_window_seconds', sa.SmallInteger(), server_default=sa.text('90'), nullable=False),
    sa.Column('ships', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_by', sa.BigInteger(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('limit_per_customer BETWEEN 1 AND 100', name=op.f('ck_drops_limit')),
    sa.CheckConstraint('payment_window_seconds BETWEEN 60 AND 600', name=op.f('ck_drops_window')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_drops_starts_before_it_ends')),
    sa.ForeignKeyConstraint(['cancelled_by'], ['users.id'], name=op.f('fk_drops_cancelled_by')),
    sa.ForeignKeyConstraint(['creator_id'], ['creators.id'], name=op.f('fk_drops_creator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drops')),
    sa.UniqueConstraint('slug', name=op.f('uq_drops_slug'))
    )
    with op.batch_alter_table('drops', schema=None) as batch_op:
        batch_op.create_index('ix_drops_ends_at', ['ends_at', 'id'], unique=False, postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_drops_of_creator', ['creator_id', sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)
        batch_op.create_index('ix_drops_starts_at', ['starts_at', 'id'], unique=False, postgresql_where=sa.text('published_at IS NOT NULL'))

    op.create_table('products',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('creator_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['creator_id'], ['creators.id'], name=op.f('fk_products_creator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products')),
    sa.UniqueConstraint('slug', name=op.f('uq_products_slug'))
    )
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.create_index('ix_products_newest', [sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)
        batch_op.create_index('ix_products_of_creator', ['creator_id', sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)

    op.create_table('drop_changes',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('drop_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.ForeignKeyConstraint(['drop_id'], ['drops.id'], name=op.f('fk_drop_changes_drop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drop_changes'))
    )
    with op.batch_alter_table('drop_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drop_changes_drop_id'), ['drop_id'], unique=False)

    op.create_table('drop_marks',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('drop_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['drop_id'], ['drops.id'], name=op.f('fk_drop_marks_drop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drop_marks')),
    sa.UniqueConstraint('drop_id', 'kind', 'starts_at', name=op.f('uq_drop_marks_drop_id_kind_starts_at'))
    )
    op.create_table('orders',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('drop_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Text(), server_default='placed', nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pay_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('extensions', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('lapsed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivery', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("reason IN ('by-shopper', 'payment-lapsed', 'drop-cancelled', 'refunded')", name=op.f('ck_orders_reason')),
    sa.CheckConstraint("status IN ('placed', 'confirmed', 'cancelled', 'lapsed', 'refunded')", name=op.f('ck_orders_status')),
    sa.CheckConstraint('extensions BETWEEN 0 AND 10', name=op.f('ck_orders_extensions')),
    sa.ForeignKeyConstraint(['drop_id'], ['drops.id'], name=op.f('fk_orders_drop_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_orders_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index('ix_orders_due', ['due_at'], unique=False, postgresql_where=sa.text("status = 'placed'"))
        batch_op.create_index('ix_orders_of_drop', ['drop_id', sa.literal_column('placed_at DESC'), sa.literal_column('id DESC')], unique=False)
        batch_op.create_index('ix_orders_of_person', ['user_id', sa.literal_column('placed_at DESC'), sa.literal_column('id DESC')], unique=False)
        batch_op.create_index('ix_orders_of_person_in_drop', ['drop_id', 'user_id'], unique=False)
        batch_op.create_index('ix_orders_unpaid', ['drop_id', 'due_at'], unique=False, postgresql_where=sa.text("status = 'placed'"))

    op.create_table('skus',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('drop_id', sa.BigInteger(), nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.CheckConstraint('price >= 0', name=op.f('ck_skus_price')),
    sa.ForeignKeyConstraint(['drop_id'], ['drops.id'], name=op.f('fk_skus_drop_id')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_skus_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skus'))
    )
    with op.batch_alter_table('skus', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_skus_drop_id'), ['drop_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_skus_product_id'), ['product_id'], unique=False)

    op.create_table('order_lines',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('returned', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.CheckConstraint('quantity BETWEEN 1 AND 100', name=op.f('ck_order_lines_quantity')),
    sa.CheckConstraint('returned BETWEEN 0 AND quantity', name=op.f('ck_order_lines_returned')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_lines_order_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_order_lines_sku_id')),
    sa.PrimaryKeyConstraint('order_id', 'sku_id', name=op.f('pk_order_lines'))
    )
    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.create_index('ix_order_lines_sku_id', ['sku_id'], unique=False)

    op.create_table('payments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('requested_outcome', sa.Text(), server_default='success', nullable=False),
    sa.Column('status', sa.Text(), server_default='pending', nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('refund_due', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('refunded', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('window', sa.DateTime(timezone=True), nullable=False),
    sa.Column('protects', sa.Boolean(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('pending', 'declined', 'succeeded', 'refund_pending', 'refunded', 'refund_failed')", name=op.f('ck_payments_status')),
    sa.CheckConstraint('0 <= refunded AND refunded <= refund_due AND refund_due <= amount', name=op.f('ck_payments_refund')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_payments_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index('ix_payments_open', ['begun_at'], unique=False, postgresql_where=sa.text("status IN ('pending', 'refund_pending')"))
        batch_op.create_index('ix_payments_order_id', ['order_id', sa.literal_column('begun_at DESC')], unique=False)
        batch_op.create_index('uq_payments_kept', ['order_id'], unique=True, postgresql_where=sa.text("status = 'succeeded'"))
        batch_op.create_index('uq_payments_pending', ['order_id'], unique=True, postgresql_where=sa.text("status = 'pending'"))

    op.create_table('stock',
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('drop_id', sa.BigInteger(), nullable=False),
    sa.Column('declared', sa.Integer(), nullable=False),
    sa.Column('claimed', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.CheckConstraint('0 <= claimed AND claimed <= declared', name=op.f('ck_stock_claimed_within_declared')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_stock_sku_id')),
    sa.PrimaryKeyConstraint('sku_id', name=op.f('pk_stock'))
    )
    with op.batch_alter_table('stock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_drop_id'), ['drop_id'], unique=False)

    op.execute(APPEND_ONLY)


def downgrade():
    op.execute("DROP TRIGGER append_only ON audit_entries; DROP FUNCTION refuse_change()")
    with op.batch_alter_table('stock', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stock_drop_id'))

    op.drop_table('stock')
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index('uq_payments_pending', postgresql_where=sa.text("status = 'pending'"))
        batch_op.drop_index('uq_payments_kept', postgresql_where=sa.text("status = 'succeeded'"))
        batch_op.drop_index('ix_payments_order_id')
        batch_op.drop_index('ix_payments_open', postgresql_where=sa.text("status IN ('pending', 'refund_pending')"))

    op.drop_table('payments')
    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.drop_index('ix_order_lines_sku_id')

    op.drop_table('order_lines')
    with op.batch_alter_table('skus', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_skus_product_id'))
        batch_op.drop_index(batch_op.f('ix_skus_drop_id'))

    op.drop_table('skus')
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_unpaid', postgresql_where=sa.text("status = 'placed'"))
        batch_op.drop_index('ix_orders_of_person_in_drop')
        batch_op.drop_index('ix_orders_of_person')
        batch_op.drop_index('ix_orders_of_drop')
        batch_op.drop_index('ix_orders_due', postgresql_where=sa.text("status = 'placed'"))

    op.drop_table('orders')
    op.drop_table('drop_marks')
    with op.batch_alter_table('drop_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drop_changes_drop_id'))

    op.drop_table('drop_changes')
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_index('ix_products_of_creator')
        batch_op.drop_index('ix_products_newest')

    op.drop_table('products')
    with op.batch_alter_table('drops', schema=None) as batch_op:
        batch_op.drop_index('ix_drops_starts_at', postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_drops_of_creator')
        batch_op.drop_index('ix_drops_ends_at', postgresql_where=sa.text('published_at IS NOT NULL'))

    op.drop_table('drops')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_user_id'))

    op.drop_table('sign_ins')
    with op.batch_alter_table('idempotency_keys', schema=None) as batch_op:
        batch_op.drop_index('ix_idempotency_keys_created_at')

    op.drop_table('idempotency_keys')
    with op.batch_alter_table('creators', schema=None) as batch_op:
        batch_op.drop_index('ix_creators_newest')

    op.drop_table('creators')
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_index('uq_users_handle')
        batch_op.drop_index('uq_users_email')

    op.drop_table('users')
    with op.batch_alter_table('pretend_operations', schema=None) as batch_op:
        batch_op.drop_index('ix_pretend_operations_owed', postgresql_where=sa.text('delivered_at IS NULL'))

    op.drop_table('pretend_operations')
    with op.batch_alter_table('outbox_events', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_events_unfinished', postgresql_where=sa.text("awaiting IS DISTINCT FROM '{}'"))

    op.drop_table('outbox_events')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entries_subject')
        batch_op.drop_index('ix_audit_entries_actor_id')

    op.drop_table('audit_entries')
