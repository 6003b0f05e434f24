"""Every list, read page by page while things come and go, shows what stays once and in order (U42).

Cursors say after which item a page begins, and are signed; `Link` leads on. None leads back: a page
that was read is read again by its own address.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import count

import pytest

from livedrop.accounts.models import User
from livedrop.creators.queries import creators_page as keyset
from livedrop.drops.commands import cancel, publish
from livedrop.follows.commands import follow, unfollow
from livedrop.lib.paging import Page
from tests import factories
from tests.notifications.news import told
from tests.rows import row
from tests.shopping import placed

AT_FIRST = 5  # things in a list
DOOR = import_module("livedrop.web.api.creators")  # by that name its package has the blueprint


@dataclass
class Shelf:
    """Whose list it is, how something new comes into it and, where that can be, something goes."""

    reader: str
    add: Callable[[], object]
    remove: Callable[[dict], object] | None = None


@pytest.fixture
def shelves(ada, ben, cleo, runs):
    numbers = count()
    drop = factories.a_live_drop(ada.creator, quantity=90, limit_per_customer=90)
    app = runs(ben)

    def user():
        return factories.a_user(f"somebody{next(numbers)}")

    def coming():
        return factories.a_scheduled_drop(ada.creator, starts_in=600 + next(numbers))

    def leaves(item):
        unfollow(follower_id=row(User, handle=item["handle"]).id, creator_id=ada.id)

    def wait():
        gone = factories.a_live_drop(ada.creator, quantity=1)
        placed(cleo, gone)
        app.put(f"/skus/{factories.sku_of(gone).id}/waitlist", {"quantity": 1}, 200)

    def news():
        publish(drop_id=factories.a_draft(ada.creator).id, actor_id=ada.id)
        told()

    return {
        "/creators": Shelf("ben", lambda: factories.a_creator(user())),
        "/creators/ada/drops": Shelf("ben", coming),
        "/creators/ada/products": Shelf("ben", lambda: factories.a_product(ada.creator)),
        "/creators/ada/followers": Shelf(
            "ada", lambda: follow(follower_id=user().id, creator_id=ada.id), leaves
        ),
        "/me/following": Shelf(
            "ben",
            lambda: follow(follower_id=ben.id, creator_id=factories.a_creator(user()).id),
            lambda item: app.delete(f"/creators/{item['handle']}/follow"),
        ),
        "/products": Shelf("ben", lambda: factories.a_product(ada.creator)),
        "/drops?state=scheduled": Shelf(
            "ben",
            coming,
            lambda item: cancel(drop_id=int(item["id"]), actor_id=ada.id, reason="It broke."),
        ),
        f"/drops/{drop.id}/orders": Shelf("ada", lambda: placed(ben, drop)),
        "/orders": Shelf("ben", lambda: placed(ben, drop)),
        "/me/waitlist": Shelf(
            "ben", wait, lambda item: app.delete(f"/skus/{item['sku_id']}/waitlist")
        ),
        "/notifications": Shelf("ben", news),
    }


def name(item):
    return item.get("id") or item.get("handle") or item["sku_id"]


def walked(app, path, limit, between):
    """The names of all that is seen from page to page, by `Link`; `between` happens meanwhile."""
    seen, here = [], f"{path}{'&' if '?' in path else '?'}limit={limit}"
    while here:
        answer = app.send("GET", here)
        assert answer.status_code == 200, answer.text
        items, link = answer.json["items"], answer.headers.get("Link", "")
        assert (len(items) <= limit, bool(link)) == (True, bool(answer.json["next_cursor"]))
        assert "prev" not in link
        seen += map(name, items)
        here = link.partition(">")[0].removeprefix("</api/v1")
        between(items)
    return seen


def broken(shelf, app, path, limit):
    """What stays is seen once and in its order, whatever comes and goes; else what was seen."""
    whole = [name(one) for one in app.get(f"{path}{'&' if '?' in path else '?'}limit=100")["items"]]
    gone, turns = set(), count()

    def between(items):
        if next(turns) > 2:
            return
        shelf.add()
        if shelf.remove and items:
            shelf.remove(items[-1])
            gone.add(name(items[-1]))

    seen = walked(app, path, limit, between)
    stays = [one for one in whole if one not in gone]
    once = len(seen) == len(set(seen))
    return [] if once and [one for one in seen if one in stays] == stays else [path, whole, seen]


def test_what_stays_in_a_list_is_seen_once_and_in_order(ada, ben, runs, shelves):
    follow(follower_id=ben.id, creator_id=ada.id)
    apps = {"ada": runs(ada), "ben": runs(ben)}
    for path, shelf in shelves.items():
        for _ in range(AT_FIRST):
            shelf.add()
        for limit in (1, 2, 3):
            assert broken(shelf, apps[shelf.reader], path, limit) == []


def test_every_list_is_looked_at(visitor, shelves):
    lists = {
        re.sub(r"{handle}", "ada", path)
        for path, methods in visitor.get("/openapi.json")["paths"].items()
        if any(one["name"] == "cursor" for one in methods.get("get", {}).get("parameters", []))
    }
    assert lists == {re.sub(r"/\d+/", "/{drop_id}/", path.partition("?")[0]) for path in shelves}


def test_a_list_by_numbers_of_pages_is_seen_to_break(ada, ben, runs, shelves, monkeypatch):
    """The control of the first: a page that begins after so many items, not after one of them."""
    path, shelf = "/creators", shelves["/creators"]
    for _ in range(AT_FIRST):
        shelf.add()
    monkeypatch.setattr(DOOR, "creators_page", by_number)
    assert broken(shelf, runs(ben), path, 2)


def by_number(cursor, limit):
    whole = keyset(None, 100).items
    begin = int(cursor or 0)
    rest = whole[begin + limit :]
    return Page(whole[begin : begin + limit], str(begin + limit) if rest else None)
