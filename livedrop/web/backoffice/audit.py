"""The audit trail: looked through, each entry with what changed, and the state of its chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from livedrop.accounts.directory import id_of
from livedrop.audit import commands
from livedrop.audit.queries import (
    Entry,
    Wanted,
    actions,
    entries_page,
    find_entry,
    fits,
    latest_checks,
)
from livedrop.audit.verify import Anchor, head
from livedrop.lib.clock import clock
from livedrop.lib.errors import Invalid, NotFound
from livedrop.lib.forms import Form, accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.lib.paging import Page
from livedrop.web import access
from livedrop.web.backoffice.naming import named
from livedrop.web.backoffice.payloads import changes, facts

audit = Blueprint("audit", __name__, url_prefix="/audit")

PER_PAGE = 50
CHECKS = 10
CHAIN = "backoffice/audit/chain.html", "backoffice/audit/_chain.html"


class AnchorForm(Form):
    anchor = StringField(
        "An end that was kept",
        description="Optional: the line of a file that was downloaded here, or that"
        " flask audit head printed. A trail that was cut or rewritten since is found by it.",
        render_kw={"maxlength": 200, "autocapitalize": "none", "spellcheck": "false"},
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody typed to narrow the list, and what in it cannot be meant."""

    typed: Mapping[str, str]
    wanted: Wanted
    wrong: list[str]

    @property
    def query(self) -> dict[str, str]:
        return {name: words for name, words in self.typed.items() if words}


@audit.get("")
def index() -> ResponseReturnValue:
    """The latest first; by who, what, about what, and when."""
    access.admin()
    filters, cursor = _filters(), request.args.get("cursor")
    found: Page[Entry] = Page((), None)
    if not filters.wrong:
        found = entries_page(filters.wanted, cursor=cursor, limit=PER_PAGE)
    return render_template(
        "backoffice/audit/index.html",
        entries=found,
        names=named(found.items),
        filters=filters,
        actions=actions(),
        checks=latest_checks(1),
        cursor=cursor,
    )


@audit.get("/<int:entry_id>")
def show(entry_id: int) -> ResponseReturnValue:
    access.admin()
    entry = find_entry(entry_id) if entry_id < 2**63 else None
    if entry is None:
        raise NotFound
    return render_template(
        "backoffice/audit/show.html",
        entry=entry,
        names=named([entry]),
        changes=changes(entry.payload),
        facts=facts(entry.payload),
        fits=fits(entry),
        end=head().id,
    )


@audit.get("/chain")
def chain() -> Response:
    """Whether it is what was written, as far as anybody looked."""
    access.admin()
    return respond(*CHAIN, form=AnchorForm(formdata=None), **_chain())


@audit.post("/checks")
def create() -> Response:
    """Have it looked at from its beginning: by tick, a piece at a time."""
    admin = access.admin()
    with accepting(AnchorForm(), *CHAIN, **_chain()) as form:
        commands.ask_check(by=admin.user_id, anchor=_anchor(form.anchor.data or ""))
    return see_other(url_for(".chain"))


@audit.get("/head")
def download() -> Response:
    """The end of the chain as a file, to be kept where nobody who can write here can."""
    access.admin()
    end = head()
    line = f"{end} {clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
    answer = Response(line, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-head-{end.id}.txt"'
    return answer


def _chain() -> dict[str, Any]:
    checks = latest_checks(CHECKS)
    return {"end": head(), "checks": checks, "open": any(not one.ended_at for one in checks)}


def _filters() -> Filters:
    names = ("actor", "action", "subject", "since", "until")
    typed = {name: request.args.get(name, "").strip() for name in names}
    wrong: list[str] = []
    actor_id = id_of(typed["actor"]) if typed["actor"] else None
    if typed["actor"] and actor_id is None:
        wrong.append("Nobody has this handle, address or id.")
    since, until = (_instant(typed[name], wrong) for name in ("since", "until"))
    subject = typed["subject"].replace(" ", ":") or None
    wanted = Wanted(actor_id, typed["action"] or None, subject, since, until)
    return Filters(typed, wanted, wrong)


def _instant(typed: str, wrong: list[str]) -> datetime | None:
    """In UTC, as a field of date and time sends it."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=UTC) if typed else None
    except ValueError:
        wrong.append("A time looks like 2026-11-22T18:00.")
        return None


def _anchor(typed: str) -> Anchor | None:
    try:
        return Anchor.parse(typed.strip()) if typed.strip() else None
    except ValueError:
        raise Invalid(anchor="It looks like 17:5e8f…, with 64 digits behind the colon.") from None
