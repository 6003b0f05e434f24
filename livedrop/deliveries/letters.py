"""What is written in each letter: the words of the news, in the dress of the shop."""

from typing import Any

from livedrop.accounts import commands as accounts
from livedrop.accounts import confirmation
from livedrop.accounts.confirmation import Claim
from livedrop.accounts.queries import left_address, wanted_address
from livedrop.config import configuration
from livedrop.deliveries import unsubscribe
from livedrop.deliveries.account import CONFIRM, NEW_ADDRESS, NEW_PASSWORD, OLD_ADDRESS, RESET
from livedrop.deliveries.queries import Contents
from livedrop.lib.clock import clock
from livedrop.lib.mail import Letter, Never
from livedrop.lib.render import render
from livedrop.notifications.kinds import KINDS
from livedrop.notifications.words import About, words_of
from livedrop.orders.queries import find_order

# What the button of a mail says: where its words lead.
PRESS = {
    "announced": "See the drop",
    "rescheduled": "See the drop",
    "live": "Get one",
    "low": "Get one",
    "back": "Get one",
    "reminder-soon": "Be there",
    "reminder-now": "Get one",
    "order-confirmed": "See the order",
    "order-lapsed": "See the order",
    "order-cancelled": "See the order",
    "order-refunded": "See the order",
    "payment-declined": "Pay again",
    "offer": "Take it",
    "first-sale": "See how it goes",
    "sold-out-yours": "See how it went",
    "summary": "Open the studio",
}


def letter(contents: Contents) -> Letter:
    """The letter, its links under the address of this LiveDrop."""
    context = OF_ACCOUNT.get(contents.kind, _news)(contents)
    parts = {
        part: render(f"mail/{contents.kind}/{part}", f"mail/news/{part}", **context, home=_home())
        for part in ("subject.txt", "body.txt", "body.html")
    }
    return Letter(
        name=f"{contents.event_id}.{contents.user_id}",
        to=context["to"],
        subject=parts["subject.txt"],
        text=parts["body.txt"],
        html=parts["body.html"],
        unsubscribe=context["unsubscribe"],
    )


def _confirm(contents: Contents) -> dict[str, Any]:
    claim = Claim(contents.user_id, contents.email, clock.now())
    return _of_account(contents.email, f"/email-confirmations/{confirmation.word(claim)}")


def _reset(contents: Contents) -> dict[str, Any]:
    """With a token of its own, each time it is written."""
    token = accounts.write_reset(user_id=contents.user_id)
    return _of_account(contents.email, f"/password-resets/{token}")


def _new_password(contents: Contents) -> dict[str, Any]:
    return _of_account(contents.email, "/password-reset")


def _new_address(contents: Contents) -> dict[str, Any]:
    wanted = wanted_address(contents.user_id)
    if wanted is None:
        raise Never("they have the address already")
    claim = Claim(contents.user_id, wanted, clock.now())
    return _of_account(wanted, f"/email-changes/{confirmation.word(claim, confirmation.CHANGE)}")


def _old_address(contents: Contents) -> dict[str, Any]:
    left = left_address(contents.event_id)
    if left is None:
        raise Never("which address it was is forgotten")
    return _of_account(left, "/")


def _of_account(to: str, path: str) -> dict[str, Any]:
    return {"to": to, "email": to, "link": f"{_home()}{path}", "unsubscribe": None, "why": ""}


def _news(contents: Contents) -> dict[str, Any]:
    about = About(
        kind=contents.kind,
        facts=contents.facts or {},
        drop_slug=contents.drop_slug,
        drop_title=contents.drop_title or "",
        creator_name=contents.creator_name or "",
        order_id=contents.order_id,
    )
    words = words_of(about)
    group = unsubscribe.GROUPS[KINDS[contents.kind].hears]
    order = find_order(contents.order_id, contents.user_id) if contents.order_id else None
    return {
        "to": contents.email,
        "words": words,
        "link": f"{_home()}{words.path}",
        "press": PRESS.get(contents.kind, "See more"),
        "order": order,
        "creator": contents.creator_name,
        "unsubscribe": f"{_home()}/unsubscribe/{unsubscribe.word(contents.user_id, group.name)}",
        "why": group.why,
        "stop": group.stop,
    }


def _home() -> str:
    return configuration().url.rstrip("/")


OF_ACCOUNT = {
    CONFIRM: _confirm,
    RESET: _reset,
    NEW_PASSWORD: _new_password,
    NEW_ADDRESS: _new_address,
    OLD_ADDRESS: _old_address,
}
