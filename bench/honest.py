"""The yardstick: one honest order at a time on one hot row, by pgbench.

Row lock, stock update, order with a primary key and an index by person, outbox row, durable
commit: what any shop must do that decides in Postgres and combines nothing.
"""

import os
import re
import tempfile
from urllib.parse import unquote, urlsplit

from bench.database import Database
from deploy.local import postgres, processes
from deploy.local.console import Refusal

CLIENTS = 16
SCHEMA = """
CREATE SCHEMA honest;
CREATE TABLE honest.stock (id int PRIMARY KEY, units int NOT NULL CHECK (units >= 0));
CREATE TABLE honest.orders (
    id bigserial PRIMARY KEY, stock_id int NOT NULL, user_id int NOT NULL,
    quantity int NOT NULL, placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON honest.orders (user_id);
CREATE TABLE honest.outbox (id bigserial PRIMARY KEY, payload jsonb NOT NULL);
INSERT INTO honest.stock VALUES (1, 1000000000);
"""
ORDER = """
\\set person random(1, 200000)
BEGIN;
SELECT units FROM honest.stock WHERE id = 1 FOR UPDATE;
UPDATE honest.stock SET units = units - 1 WHERE id = 1;
INSERT INTO honest.orders (stock_id, user_id, quantity) VALUES (1, :person, 1);
INSERT INTO honest.outbox (payload) VALUES ('{"kind": "OrderPlaced", "units": 1}');
COMMIT;
"""


def prepare(database: Database) -> None:
    with database.connection() as connection:
        connection.execute(SCHEMA)


def orders_per_second(database: Database, seconds: float) -> float:
    """Honest orders per second with 16 clients that do nothing else."""
    parts = urlsplit(database.url)
    env = os.environ | {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(ORDER)
        script.flush()
        options = ["-n", "-M", "prepared", "-j", "2", "-c", str(CLIENTS), "-T", str(int(seconds))]
        status, said = processes.run(
            [postgres.client("pgbench"), *options, "-f", script.name], env=env
        )
    rate = re.search(r"tps = ([\d.]+) \(without", said)
    if status or rate is None:
        raise Refusal(f"pgbench failed:\n{said}")
    return float(rate[1])
