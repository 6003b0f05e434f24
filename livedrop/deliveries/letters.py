"""What is written in each letter: the words of the news, in the dress of the shop."""

from typing import Any

from flask import current_app

from livedrop.accounts import confirmation
from livedrop.accounts.confirmation import Claim
from livedrop.config import Config
from livedrop.deliveries import unsubscribe
from livedrop.deliveries.account import CONFIRM
from livedrop.deliveries.queries import Contents
from livedrop.lib.clock import clock
from livedrop.lib.mail import Letter
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
    context = _confirm(contents) if contents.kind == CONFIRM else _news(contents)
    parts = {
        part: render(f"mail/{contents.kind}/{part}", f"mail/news/{part}", **context, home=_home())
        for part in ("subject.txt", "body.txt", "body.html")
    }
    return Letter(
        name=f"{contents.event_id}.{contents.user_id}",
        to=contents.email,
        subject=parts["subject.txt"],
        text=parts["body.txt"],
        html=parts["body.html"],
        unsubscribe=context["unsubscribe"],
    )


def _confirm(contents: Contents) -> dict[str, Any]:
    claim = Claim(contents.user_id, contents.email, clock.now())
    link = f"{_home()}/email-confirmations/{confirmation.word(claim)}"
    return {"link": link, "email": contents.email, "unsubscribe": None, "why": ""}


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
    config: Config = current_app.extensions["livedrop"]
    return config.url.rstrip("/")
