"""What a batch costs, or a chore of tick, must not grow with what was sold before."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import TextClause, text

from livedrop.extensions import db
from livedrop.inventory import stock
from livedrop.orders.commands import lapse_due, resend_open
from tests import factories
from tests.databases import Server
from tests.shopping import join, let_pass, place, placed

# A connection tells what it read now and then; this one tells it before it answers.
TELL = text("SELECT pg_stat_force_next_flush()")
READS = text("SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(:tables)")
TABLES = (
    "orders",
    "order_lines",
    "users",
    "sign_ins",
    "idempotency_keys",
    "payments",
    "waitlist_entries",
)
SEARCHED = text(
    "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes"
    " WHERE indexrelname IN ('ix_orders_due', 'ix_orders_unpaid')"
)
MANY = 20_000

OLD_PAYMENTS = text("""
    INSERT INTO payments (id, order_id, method, status, amount, currency, "window", protects,
        begun_at, settled_at)
    SELECT gen_random_uuid(), orders.id, 'pretend', 'declined', 100, 'EUR', pay_by, false,
        placed_at, placed_at FROM orders, generate_series(1, :many)
""")
ORDERS_NOT_DUE = text("""
    INSERT INTO orders (id, drop_id, user_id, status, placed_at, pay_by, due_at)
    SELECT gen_random_uuid(), drop_id, user_id,
        CASE WHEN number % 10 = 0 THEN 'placed' ELSE 'cancelled' END, placed_at, pay_by, due_at
    FROM orders, generate_series(1, :many) AS number
""")


@pytest.fixture
def new_shop(make_app: Any, postgres: Server, migrated: str) -> Iterator[Flask]:
    """Its tables are small: they hold no room of what other tests left and removed."""
    with postgres.database(template=migrated) as name:
        app: Flask = make_app(database_url=postgres.url(name))
        with app.app_context():
            yield app
            db.session.remove()


@pytest.mark.usefixtures("new_shop")
def test_a_batch_reads_no_whole_table_however_small_the_planner_believes_it() -> None:
    assert whole_tables_read_by_placing() == 0


@pytest.mark.usefixtures("new_shop")
def test_nor_does_a_batch_where_people_wait() -> None:
    waited_for = factories.a_live_drop(quantity=1)
    bought = placed(factories.a_user(), waited_for)
    passers_by = [factories.a_user() for _ in range(10)]
    for _ in range(20):
        join(factories.a_user(), waited_for)
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    let_pass(91, bought)
    before = _whole_tables_read()
    for person in passers_by:
        assert place(person, waited_for).code == "all-held"
    assert _whole_tables_read() == before


@pytest.mark.usefixtures("new_shop")
def test_a_planner_that_is_not_told_reads_whole_tables_while_they_are_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stock, "LOCK", text(str(stock.LOCK).replace("'off'", "'on'")))
    assert whole_tables_read_by_placing() > 0


@pytest.mark.usefixtures("new_shop")
def test_open_payments_are_found_among_many_that_are_settled() -> None:
    assert whole_tables_read_by_asking_again() == 0


@pytest.mark.usefixtures("new_shop")
def test_without_their_index_every_payment_there_ever_was_is_read() -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_payments_open"))
    assert whole_tables_read_by_asking_again() > 0


@pytest.mark.usefixtures("new_shop")
def test_tick_looks_at_no_order_that_is_not_due() -> None:
    there_are_many(ORDERS_NOT_DUE)
    before = _asked(SEARCHED)
    assert lapse_due() == 0
    assert _asked(SEARCHED) == before


def whole_tables_read_by_asking_again() -> int:
    there_are_many(OLD_PAYMENTS)
    before = _whole_tables_read()
    assert resend_open() == 0
    return _whole_tables_read() - before


def there_are_many(rows: TextClause) -> None:
    """Give an order that is not due so many of these, and let the planner know."""
    place(factories.a_user(), factories.a_live_drop())
    with db.engine.begin() as connection:
        connection.execute(rows, {"many": MANY})
        connection.execute(text("ANALYZE"))


def whole_tables_read_by_placing() -> int:
    drop = factories.a_live_drop(quantity=50)
    buyers = [factories.a_user() for _ in range(20)]
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    before = _whole_tables_read()
    for buyer in buyers:
        place(buyer, drop)
    return _whole_tables_read() - before


def _whole_tables_read() -> int:
    return _asked(READS)


def _asked(counter: TextClause) -> int:
    """What the server counted; each idle connection tells what it did first."""
    with ExitStack() as stack:
        idle = max(1, db.engine.pool.checkedin())
        connections = [stack.enter_context(db.engine.connect()) for _ in range(idle)]
        for connection in connections:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(TELL)
        tables = {"tables": list(TABLES)} if counter is READS else {}
        return connections[0].scalar(counter, tables)
