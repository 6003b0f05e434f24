"""Tell people news

Revision ID: e81c4f7a2d36
Revises: 5f1d8be2c6a7
Create Date: 2026-11-22 20:45:00

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "e81c4f7a2d36"
down_revision = "5f1d8be2c6a7"
branch_labels = None
depends_on = None

NEWS_IDS = sa.Sequence("news_ids")


def facts():
    return sa.Column(
        "facts",
        postgresql.JSONB(astext_type=sa.Text()),
        server_default=sa.text("'{}'"),
        nullable=False,
    )


def upgrade():
    op.execute(sa.schema.CreateSequence(NEWS_IDS))
    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("drop_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        facts(),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_announcements_creator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("event_id", name=op.f("uq_announcements_event_id")),
    )
    op.create_index(
        "ix_announcements_of_creator",
        "announcements",
        ["creator_id", sa.text("id DESC")],
        postgresql_include=["at", "kind"],
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("drop_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        facts(),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notifications_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(
        "uq_notifications_once", "notifications", ["user_id", "event_id", "kind"], unique=True
    )
    op.create_index(
        "ix_notifications_of_person", "notifications", ["user_id", sa.text("id DESC")]
    )
    op.create_table(
        "inboxes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("read_up_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_inboxes_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_inboxes")),
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("page", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_preferences_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_preferences")),
    )
    op.create_table(
        "reminders",
        sa.Column("drop_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_reminders_drop_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id")),
        sa.PrimaryKeyConstraint("drop_id", "user_id", name=op.f("pk_reminders")),
    )
    op.create_table(
        "day_marks",
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_day_marks_creator_id")
        ),
        sa.PrimaryKeyConstraint("creator_id", "day", name=op.f("pk_day_marks")),
    )


def downgrade():
    for table in (
        "day_marks",
        "reminders",
        "preferences",
        "inboxes",
        "notifications",
        "announcements",
    ):
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(NEWS_IDS))
