"""Placing looks rows up: what a batch costs must not grow with what was sold before."""

import time

from flask import Flask
from sqlalchemy import text

from livedrop.extensions import db
from livedrop.inventory import stock
from tests import factories
from tests.shopping import place

OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'livedrop' AND pid <> pg_backend_pid()"
)
READS = text("SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(:tables)")
TABLES = ("orders", "order_lines", "users", "sign_ins", "idempotency_keys")


def test_a_batch_reads_no_whole_table_however_small_the_planner_believes_it(app: Flask) -> None:
    assert whole_tables_read_by_placing() == 0


def test_a_planner_that_is_not_told_reads_whole_tables_while_they_are_small(
    app: Flask, monkeypatch
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
    db.engine.dispose()  # a connection has told what it read when it is gone
    with db.engine.connect() as connection:
        while connection.scalar(OTHERS):
            time.sleep(0.01)
        return connection.scalar(READS, {"tables": list(TABLES)})
