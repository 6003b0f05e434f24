"""Follow creators, counted in shards and by day.

Revision ID: d7e3b52c90fa
Revises: c4d2a91f63be
Create Date: 2026-11-22 17:25:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "d7e3b52c90fa"
down_revision = "c4d2a91f63be"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("follower_id <> creator_id", name=op.f("ck_follows_not_oneself")),
        sa.ForeignKeyConstraint(["creator_id"], ["creators.id"], name=op.f("fk_follows_creator_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["users.id"], name=op.f("fk_follows_follower_id")),
        sa.PrimaryKeyConstraint("follower_id", "creator_id", name=op.f("pk_follows")),
    )
    op.create_index(
        "ix_follows_of_creator",
        "follows",
        ["creator_id", sa.text("since DESC"), sa.text("follower_id DESC")],
    )
    op.create_index(
        "ix_follows_of_person",
        "follows",
        ["follower_id", sa.text("since DESC"), sa.text("creator_id DESC")],
    )
    op.create_table(
        "follower_counts",
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.CheckConstraint("followers >= 0", name=op.f("ck_follower_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_follower_counts_creator_id")
        ),
        sa.PrimaryKeyConstraint("creator_id", "shard", name=op.f("pk_follower_counts")),
    )
    op.create_table(
        "follower_days",
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("gained", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lost", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_follower_days_creator_id")
        ),
        sa.PrimaryKeyConstraint("creator_id", "day", "shard", name=op.f("pk_follower_days")),
    )


def downgrade():
    op.drop_table("follower_days")
    op.drop_table("follower_counts")
    op.drop_table("follows")
