"""Questions about the audit trail, each answered by an index however long it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text, tuple_, union_all

from livedrop.audit.chain import GENESIS, digest
from livedrop.audit.models import AuditCheck, AuditEntry
from livedrop.extensions import db
from livedrop.lib.paging import Page, after, page

ACTIONS = 500  # kinds of events there are, at most


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to which thing, when and from where."""

    id: int
    event_id: int
    at: datetime
    actor_id: int | None  # none: the house itself, or its operator
    origin: str | None
    request_id: str | None
    action: str
    subject: str
    payload: dict[str, Any]
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: those that are everything that is said."""

    actor_id: int | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


ENTRIES = select(
    AuditEntry.id,
    AuditEntry.event_id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.origin,
    AuditEntry.request_id,
    AuditEntry.action,
    AuditEntry.subject,
    AuditEntry.payload,
    AuditEntry.previous,
    AuditEntry.hash,
)
LATEST_FIRST = AuditEntry.at.desc(), AuditEntry.id.desc()
# From one name to the next through an index: not every entry is looked at.
NAMES = text("""
    WITH RECURSIVE name (action) AS (
        (SELECT action FROM audit_entries ORDER BY action LIMIT 1)
        UNION ALL
        SELECT (SELECT entry.action FROM audit_entries AS entry WHERE entry.action > name.action
                ORDER BY entry.action LIMIT 1)
        FROM name WHERE name.action IS NOT NULL
    )
    SELECT action FROM name WHERE action IS NOT NULL LIMIT :most
""")


def entries_page(wanted: Wanted, *, cursor: str | None = None, limit: int) -> Page[Entry]:
    """These entries, what happened last first."""
    name = f"audit:{wanted}"
    place = tuple_(AuditEntry.at, AuditEntry.id)
    statement = _among(wanted).order_by(*LATEST_FIRST).limit(limit + 1)
    if key := after(cursor, name):
        statement = statement.where(place < tuple_(datetime.fromisoformat(key[0]), key[1]))
    rows = [Entry(*row) for row in db.session.execute(statement)]
    return page(rows, limit, name, lambda entry: (entry.at, entry.id))


def latest_of(subjects: Collection[str], limit: int) -> list[Entry]:
    """What was done to any of these few things, the last first."""
    statement = ENTRIES.where(AuditEntry.subject.in_(subjects))
    rows = db.session.execute(statement.order_by(*LATEST_FIRST).limit(limit))
    return [Entry(*row) for row in rows]


def latest_by_name(actions: Collection[str], limit: int) -> list[Entry]:
    """The last things of these few kinds that happened; of each kind no more are read."""
    each = (
        _among(Wanted(action=action)).order_by(*LATEST_FIRST).limit(limit) for action in actions
    )
    some = union_all(*(latest.subquery().select() for latest in each)).subquery()
    latest_first = some.c.at.desc(), some.c.id.desc()
    rows = db.session.execute(select(some).order_by(*latest_first).limit(limit))
    return [Entry(*row) for row in rows]


def find_entry(entry_id: int) -> Entry | None:
    """The entry at this place of the chain."""
    row = db.session.execute(ENTRIES.where(AuditEntry.id == entry_id)).one_or_none()
    return Entry(*row) if row else None


def fits(entry: Entry) -> bool:
    """Whether an entry is what was written, and is chained to the one before it."""
    before = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.id == entry.id - 1))
    return entry.previous == (before or GENESIS) and entry.hash == digest(entry.previous, entry)


def actions() -> list[str]:
    """Every kind of thing that ever happened, by name."""
    return list(db.session.scalars(NAMES, {"most": ACTIONS}))


def _among(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    statement = ENTRIES
    if wanted.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.action:
        statement = statement.where(AuditEntry.action == wanted.action)
    if wanted.subject:
        statement = statement.where(AuditEntry.subject == wanted.subject)
    if wanted.since:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        statement = statement.where(AuditEntry.at < wanted.until)
    return statement


def latest_checks(limit: int) -> list[AuditCheck]:
    """What was asked for last, first."""
    question = select(AuditCheck).order_by(AuditCheck.id.desc()).limit(limit)
    return list(db.session.scalars(question))
