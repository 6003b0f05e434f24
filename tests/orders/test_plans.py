"""Placing looks rows up: what a batch costs must not grow with what was sold before."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from livedrop.extensions import db
from livedrop.inventory import stock
from tests import factories
from tests.databases import Server
from tests.shopping import place

# A connection tells what it read now and then; this one tells it before it answers.
TELL = text("SELECT pg_stat_force_next_flush()")
READS = text("SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(:tables)")
TABLES = ("orders", "order_lines", "users", "sign_ins", "idempotency_keys")


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
def test_a_planner_that_is_not_told_reads_whole_tables_while_they_are_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stock, "LOCK", text(str(stock.LOCK).replace("'off'", "'on'")))
    assert whole_tables_read_by_placing() > 0


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
    with ExitStack() as stack:
        idle = max(1, db.engine.pool.checkedin())
        connections = [stack.enter_context(db.engine.connect()) for _ in range(idle)]
        for connection in connections:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(TELL)
        return connections[0].scalar(READS, {"tables": list(TABLES)})
