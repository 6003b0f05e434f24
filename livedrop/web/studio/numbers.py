"""What came of a creator's drops, one beside the other and over time."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.follows.queries import growth
from livedrop.insights.numbers import Numbers, numbers_page
from livedrop.lib.money import Money
from livedrop.lib.sheets import Row
from livedrop.web import access
from livedrop.web.sheets import download

numbers = Blueprint("numbers", __name__, url_prefix="/numbers")

PER_PAGE = 10
PER_STATEMENT = 50
HEAD = ("Drop", "Start", "Views", "Attempts", "Orders", "Paid", "Units", "Sold", "Takings")
MORE = ("Currency", "Sold out after seconds", "Turned away")


@numbers.get("")
def index() -> ResponseReturnValue:
    creator, cursor = access.own_creator(), request.args.get("cursor")
    return render_template(
        "studio/numbers/index.html",
        drops=numbers_page(creator.id, cursor=cursor, limit=PER_PAGE),
        growth=growth(creator.id),
        cursor=cursor,
        zone=access.person().time_zone,
    )


@numbers.get("/table.csv")
def export() -> ResponseReturnValue:
    """All of them as one table."""
    return download("drops", _table(access.own_creator().id))


def _table(creator_id: int) -> Iterator[Row]:
    yield (*HEAD, *MORE)
    cursor: str | None = ""
    while cursor is not None:
        found = numbers_page(creator_id, cursor=cursor, limit=PER_STATEMENT)
        yield from map(_row, found.items)
        cursor = found.next_cursor


def _row(one: Numbers) -> Row:
    counts = (one.views, one.attempts, one.orders, one.paid, one.declared, one.sold)
    takings = Money(one.takings, one.currency).decimal
    after = "" if one.sold_out_after is None else _seconds(one.sold_out_after)
    start = one.starts_at.strftime("%Y-%m-%d %H:%M:%S")
    return (one.title, start, *counts, takings, one.currency, after, one.turned_away)


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
