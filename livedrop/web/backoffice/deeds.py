"""What somebody who looks after the house does to what is somebody else's.

Each deed has a page of its own, far from habit, that says what it does and asks why. Whoever sends
it must have typed their password lately: `access.acting_admin`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Response
from wtforms import TextAreaField

from livedrop.lib.checks import REASON_LENGTH
from livedrop.lib.forms import Form, accepting
from livedrop.lib.htmx import respond, see_other

PAGE = "backoffice/deeds/new.html", "backoffice/deeds/_form.html"


@dataclass(frozen=True, slots=True)
class Question:
    """What the page says."""

    heading: str  # with {name} in it
    words: str  # what it does, and what it does not
    button: str
    hurts: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class Deed(Question):
    """`do` is a command that takes `reason` and `by`, beside whom or what it is done to."""

    done: str  # said afterwards
    do: Callable[..., object]


@dataclass(frozen=True, slots=True)
class About:
    """What it is done to: its name, where the form goes, the page it is seen on, and the page
    that shows that it is done."""

    name: str
    action: str
    back: str
    page: str


class ReasonForm(Form):
    reason = TextAreaField(
        "Reason",
        description="It stays in the audit trail for ever, beside your name: say why, and nothing"
        " private of anybody.",
        render_kw={"rows": 3, "maxlength": REASON_LENGTH, "required": True},
    )


def ask(deed: Question, about: About) -> Response:
    """The page that asks why."""
    return respond(*PAGE, form=ReasonForm(formdata=None), deed=deed, about=about)


def carry_out(deed: Deed, about: About, *, by: int, **whom: Any) -> Response:
    """Do it for the reason that was sent, and go back to what it was done to."""
    with accepting(ReasonForm(), *PAGE, deed=deed, about=about) as form:
        deed.do(reason=form.reason.data or "", by=by, **whom)
    return see_other(about.page)
