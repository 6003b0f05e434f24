"""Questions to the audit trail."""

from collections.abc import Sequence

from sqlalchemy import select

from livedrop.audit.models import AuditEntry
from livedrop.extensions import db


def about(subject: str, *, limit: int = 100) -> Sequence[AuditEntry]:
    """What happened to a thing (`order:<id>`), newest first."""
    question = select(AuditEntry).filter_by(subject=subject).order_by(AuditEntry.id.desc())
    return db.session.scalars(question.limit(limit)).all()


def by(actor_id: int, *, limit: int = 100) -> Sequence[AuditEntry]:
    """What a person did, newest first."""
    question = select(AuditEntry).filter_by(actor_id=actor_id).order_by(AuditEntry.id.desc())
    return db.session.scalars(question.limit(limit)).all()
