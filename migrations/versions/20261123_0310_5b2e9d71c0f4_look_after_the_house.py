"""Find people by how their names begin, verify creators, and name requests in the audit trail

Revision ID: 5b2e9d71c0f4
Revises: 2d7b90c4e1f6
Create Date: 2026-11-23 03:10:00

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "5b2e9d71c0f4"
down_revision = "2d7b90c4e1f6"
branch_labels = None
depends_on = None

# A table that is written to meanwhile goes on being written to.
ONLINE = {"postgresql_concurrently": True, "if_not_exists": True}


def upgrade():
    op.add_column("creators", sa.Column("verified_at", sa.DateTime(timezone=True)))
    op.add_column("outbox_events", sa.Column("request_id", sa.Text()))
    op.add_column("audit_entries", sa.Column("request_id", sa.Text()))
    with op.get_context().autocommit_block():
        for of, begins in (("handle", "handle"), ("email", "lower(email)")):
            begins = sa.text(f"{begins} text_pattern_ops")
            op.create_index(f"ix_users_{of}_begins", "users", [begins], **ONLINE)
        admins, suspended = "admin_since IS NOT NULL", "suspended_at IS NOT NULL"
        op.create_index(
            "ix_users_admins", "users", ["id"], postgresql_where=sa.text(admins), **ONLINE
        )
        op.create_index(
            "ix_users_suspended", "users", ["id"], postgresql_where=sa.text(suspended), **ONLINE
        )
        for of in ("actor_id", "subject"):
            op.drop_index(f"ix_audit_entries_{of}", "audit_entries")
        for of in ("actor_id", "subject", "action"):
            op.create_index(f"ix_audit_entries_{of}", "audit_entries", [of, "at", "id"], **ONLINE)
        op.create_index("ix_audit_entries_at", "audit_entries", ["at", "id"], **ONLINE)


def downgrade():
    op.drop_index("ix_audit_entries_at", "audit_entries")
    op.drop_index("ix_audit_entries_action", "audit_entries")
    for of in ("actor_id", "subject"):
        op.drop_index(f"ix_audit_entries_{of}", "audit_entries")
        op.create_index(f"ix_audit_entries_{of}", "audit_entries", [of, "id"])
    for of in ("suspended", "admins", "email_begins", "handle_begins"):
        op.drop_index(f"ix_users_{of}", "users")
    op.drop_column("audit_entries", "request_id")
    op.drop_column("outbox_events", "request_id")
    op.drop_column("creators", "verified_at")
