"""Keep pictures that people upload, and say what shows them

Revision ID: 9d41c7e2b508
Revises: e94d2b7c18f3
Create Date: 2026-11-23 03:55:00

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "9d41c7e2b508"
down_revision = "e94d2b7c18f3"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "assets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("variants", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("profile_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name=op.f("ck_assets_state")),
        sa.CheckConstraint(
            "(state = 'failed') = (failure IS NOT NULL)", name=op.f("ck_assets_failure")
        ),
        sa.CheckConstraint(
            "num_nonnulls(product_id, profile_id) < 2", name=op.f("ck_assets_place")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_assets_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_assets_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["creators.id"], name=op.f("fk_assets_profile_id_creators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("name", name=op.f("uq_assets_name")),
    )
    op.create_index("ix_assets_of_owner", "assets", ["owner_id", sa.text("id DESC")])
    op.create_index(
        "ix_assets_of_product",
        "assets",
        ["product_id", "position", "id"],
        postgresql_where=sa.text("product_id IS NOT NULL"),
    )
    op.create_index(
        "ix_assets_of_profile",
        "assets",
        ["profile_id", "id"],
        postgresql_where=sa.text("profile_id IS NOT NULL"),
    )
    op.create_index(
        "ix_assets_unused",
        "assets",
        ["created_at"],
        postgresql_where=sa.text("product_id IS NULL AND profile_id IS NULL"),
    )


def downgrade():
    op.drop_table("assets")
