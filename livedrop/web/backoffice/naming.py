"""Who and what audit entries are about, as words and ways on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from livedrop.accounts.directory import handles_of
from livedrop.audit.queries import Entry
from livedrop.web.backoffice.payloads import summary

NOBODY = "0"  # the id of whoever did not sign in, for want of an account
PEOPLE = {"user", "creator"}  # of whom subjects name the same id


@dataclass(frozen=True, slots=True)
class Names:
    """What people are called in some entries."""

    handles: Mapping[int, str]

    def of(self, user_id: int) -> str:
        return f"@{self.handles[user_id]}" if user_id in self.handles else f"person {user_id}"

    def subject(self, subject: str) -> str:
        """`drop 12`, or by name if it is somebody."""
        about, _, name = subject.partition(":")
        if about in PEOPLE and name != NOBODY:
            return f"{about} {self.of(int(name))}"
        return f"{about} {name}" if name != NOBODY else "nobody"

    def facts(self, payload: Mapping[str, Any]) -> str:
        return summary(payload)

    def page(self, subject: str) -> str | None:
        """Where one sees it, if there is a page of it."""
        about, _, name = subject.partition(":")
        if about in PEOPLE and name != NOBODY:
            return url_for("backoffice.people.show", user_id=name)
        if about == "order":
            return url_for("backoffice.orders.show", order_id=name)
        if about == "drop":
            return url_for("backoffice.drops.show", drop_id=name)
        return None


def named(entries: Iterable[Entry]) -> Names:
    """Needs one statement for all of them."""
    people: set[int] = set()
    for entry in entries:
        about, _, name = entry.subject.partition(":")
        people |= {entry.actor_id} if entry.actor_id else set()
        people |= {int(name)} if about in PEOPLE else set()
    return Names(handles_of(people))
