"""Whether lists of those who work here stay quick at ten million orders and a million people.

All old orders are one creator's, which is the worst there is: a thousand drops of ten thousand
orders each. Pages are fetched one after the other from a web server as in production, by the
creator and by an admin.
"""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from bench import history
from bench.database import Database, settings
from bench.open import percentiles
from bench.report import Goal, Section, spread
from bench.stage import Stage
from bench.web import Web, serving
from bench.world import Person
from deploy.local.console import Refusal, say, step
from livedrop import create_app
from livedrop.lib.paging import page
from livedrop.orders.sold import SoldOrder, Wanted, sold_orders

EVERYBODY = 1_000_000  # people
FETCHES = 30  # of each page in a round
WARM = 3
LONGEST = 200  # ms, the p95 of each page
REFUNDED = 1000  # one in so many orders

# The drops of everybody become one creator's; some orders are over in another way.
ONE_CREATORS = """
INSERT INTO creators (id, handle, display_name)
    SELECT id, handle, display_name FROM users WHERE id = %(creator)s;
UPDATE products SET creator_id = %(creator)s;
UPDATE drops SET creator_id = %(creator)s;
UPDATE orders SET status = 'refunded', reason = 'refunded'
    WHERE ('x' || right(id::text, 6))::bit(24)::int %% %(apart)s = 0;
UPDATE users SET admin_since = now() WHERE id = %(admin)s;
"""
SOMEWHERE = """
SELECT orders.id, orders.placed_at, drops.slug, handle, drops.id FROM orders
JOIN drops ON drops.id = drop_id JOIN users ON users.id = user_id
WHERE drop_id = (SELECT id FROM drops ORDER BY starts_at OFFSET (SELECT count(*) / 2 FROM drops)
    LIMIT 1)
ORDER BY orders.id OFFSET 10 LIMIT 1
"""


@dataclass
class Fetched:
    """A page, who fetches it, and how long that took each time, in ms."""

    what: str
    person: Person
    path: str
    rounds: list[list[float]] = field(default_factory=list)

    def tail(self) -> float:
        """The p95, the median of the rounds."""
        return median(list(percentiles(times))[1] for times in self.rounds)


def run(stage: Stage) -> Section:
    """Fill the database, fetch each page in turn, and say what came of the goal."""
    creator, admin = stage.people[:2]
    size = history.fill(stage.database, stage.options.rows, EVERYBODY)
    _hand_over(stage.database, creator, admin)
    pages = list(_pages(stage.database, creator, admin))
    with serving("wsgi:app", stage.database.url, workers=1) as web:
        for turn in range(stage.options.rounds):
            for one in pages:
                one.rounds.append(_fetch(web, one))
            say(f"round {turn + 1}: the slowest p95 is {max(one.tail() for one in pages):.0f} ms")
    return _section(stage, pages, size)


def _hand_over(database: Database, creator: Person, admin: Person) -> None:
    with step("Handing all drops to one creator"), database.connection() as connection:
        for statement in ONE_CREATORS.split(";")[:-1]:
            values = {"creator": creator.id, "admin": admin.id, "apart": REFUNDED}
            connection.execute(statement.encode(), values)
        connection.execute("VACUUM ANALYZE")


def _pages(database: Database, creator: Person, admin: Person) -> Iterator[Fetched]:
    with database.connection() as connection:
        order_id, placed_at, slug, handle, _ = connection.execute(SOMEWHERE).fetchone() or ()
    mine, among = "/studio/orders", f"/studio/drops/{slug}/orders"
    for what, path in (
        ("orders, the latest", mine),
        ("orders, from the middle on", f"{mine}?cursor={_middle(database, creator, placed_at)}"),
        ("orders, refunded ones", f"{mine}?status=refunded"),
        ("orders, by a handle", f"{mine}?q={handle}"),
        ("orders, by the beginning of very many handles", f"{mine}?q=o123"),
        ("orders, by a number", f"{mine}?q={order_id}"),
        ("orders, by a product", f"{mine}?q=print"),
        ("orders of a drop", among),
        ("an order and its story", f"{mine}/{order_id}"),
        ("numbers", "/studio/numbers"),
        ("a drop", f"/studio/drops/{slug}"),
    ):
        yield Fetched(f"studio: {what}", creator, path)
    for what, path in (
        ("people", "/admin/people"),
        ("people, by the beginning of a handle", "/admin/people?q=o12"),
        ("drops", "/admin/drops"),
        ("orders", "/admin/orders"),
        ("audit trail", "/admin/audit"),
    ):
        yield Fetched(f"admin: {what}", admin, path)


def _middle(database: Database, creator: Person, placed_at: object) -> str:
    """The cursor of a page whose last order is of the middle of all that time."""
    app, wanted = create_app(settings(database.url)), Wanted()
    with app.app_context():
        latest = sold_orders(creator.id, wanted, None, 1)
        (one,) = sold_orders(creator.id, wanted, (placed_at, latest[0].id), 1)
        found = page([one, one], 1, f"sales:{creator.id}:{wanted}", _place)
    assert found.next_cursor
    return found.next_cursor


def _place(order: SoldOrder) -> tuple[object, ...]:
    return (order.placed_at, order.id)


def _fetch(web: Web, one: Fetched) -> list[float]:
    request = urllib.request.Request(web.url + one.path, headers={"Cookie": one.person.cookie})
    times = []
    for _ in range(WARM + FETCHES):
        begun = perf_counter()
        with urllib.request.urlopen(request) as answer:
            answer.read()
            if answer.url != request.full_url:
                raise Refusal(f"{one.path} leads to {answer.url}")
        times.append((perf_counter() - begun) * 1000)
    return times[WARM:]


def _section(stage: Stage, pages: list[Fetched], size: str) -> Section:
    orders = stage.options.rows
    return Section(
        name="lists",
        title=f"pages of the studio and the back office at {orders:,} orders",
        server=stage.database.server_version(),
        columns=("page", "p50 ms", "p95 ms", "p99 ms"),
        rows=[
            (one.what, *(spread(list(r)) for r in zip(*map(percentiles, one.rounds), strict=True)))
            for one in pages
        ],
        notes=[
            f"{stage.options.rounds} rounds of {FETCHES} fetches of each page, one after the other"
            " from one worker; median [lowest-highest].",
            f"{EVERYBODY:,} people; {-(-orders // history.PER_DROP):,} drops, all of one creator."
            f" The database has {size}.",
        ],
        goals=[
            Goal(
                "the slowest p95",
                LONGEST,
                max(one.tail() for one in pages),
                at_most=True,
                unit=" ms",
            )
        ],
    )
