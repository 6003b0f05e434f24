"""What is odd about a sign-up: a field filled in that nobody is shown, or no time to type.

Nobody is refused by it: it stands in the audit trail, and of such sign-ups fewer are let through
from one address.
"""

from collections.abc import Iterator

from livedrop.lib import signed
from livedrop.lib.clock import clock, milliseconds
from livedrop.lib.errors import NotFound
from livedrop.web.identity.forms import SignUpForm

PURPOSE = "show a form"
HURRY = 1500  # milliseconds in which nobody fills in four fields


def stamp() -> str:
    """For a form that is shown now."""
    return signed.sign(PURPOSE, milliseconds(clock.now()))


def flags(form: SignUpForm) -> list[str]:
    """Words for what is odd about a form that was sent."""
    return list(_flags(form))


def _flags(form: SignUpForm) -> Iterator[str]:
    if form.homepage.data:
        yield "honeypot"
    try:
        shown = signed.read(PURPOSE, form.shown.data or "")
    except NotFound:
        yield "no-form"
    else:
        if milliseconds(clock.now()) - shown < HURRY:
            yield "too-fast"
