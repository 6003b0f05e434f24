"""Servers that answer, and say that they are full: Redis (F34) and Postgres (F40)."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from psycopg import sql

from deploy.local import redis as embedded
from livedrop import wiring
from livedrop.lib.redis import RedisError
from livedrop.orders.models import Order
from livedrop.outbox.relay import relay
from livedrop.web import readings
from tests import factories
from tests.page import Page
from tests.programs import until
from tests.rows import recorded, rows


@pytest.fixture(scope="module")
def full_redis() -> Iterator[embedded.Server]:
    with embedded.serve(durable=False) as server:
        yield server


def order_form(page, drop):
    panel = page.get(f"/drops/{drop.slug}/orders/new")
    return {name: panel.value(name) for name in ("csrf_token", "sku", "key")} | {"quantity": 1}


def out_of_memory(server: redis.Redis) -> Callable[[], object]:
    server.config_set("maxmemory", 1)
    return lambda: server.config_set("maxmemory", 0)


def read_only(server: redis.Redis) -> Callable[[], object]:
    server.replicaof("127.0.0.1", 9)
    return lambda: server.replicaof("NO", "ONE")


@pytest.mark.parametrize("fault", [out_of_memory, read_only])
def test_a_redis_that_takes_nothing_is_one_that_is_away(make_app, full_redis, app, ada, ben, fault):
    drop = factories.a_live_drop(ada.creator, quantity=5, limit_per_customer=5)
    there = make_app(redis_url=full_redis.url)
    page = Page(there)
    page.client.carry(ben.id, factories.a_sign_in(ben.user).id)
    queues = wiring.queues(there.extensions["livedrop"])
    with redis.Redis.from_url(full_redis.url) as server:
        back = fault(server)
        try:
            for path in ("/", f"/drops/{drop.slug}", "/inbox", "/following"):
                page.get(path)
            page.post(f"/drops/{drop.slug}/orders", **order_form(page, drop))
            assert page.client.get("/readyz").json == {"state": "degraded"}
            with pytest.raises(RedisError):
                relay(wiring.HEARERS, queues.enqueue, 0.1, lambda *_: None)
        finally:
            back()
        assert page.client.get("/readyz").json == {"state": "ready"}
        until(lambda: relay(wiring.HEARERS, queues.enqueue, 0.1, lambda *_: None))
    assert len(rows(Order)) == 1
    assert recorded("OrderPlaced")


def test_asked_only_whether_it_is_there_it_would_be_ready(make_app, full_redis, monkeypatch):
    asked = lambda connection: connection.ping()  # noqa: E731
    monkeypatch.setattr(readings, "_takes_something", asked)
    page = Page(make_app(redis_url=full_redis.url))
    with redis.Redis.from_url(full_redis.url) as server:
        back = out_of_memory(server)
        assert page.client.get("/readyz").json == {"state": "ready"}
        back()


@contextmanager
def limited(config) -> Iterator[tuple[str, Callable[[int], None]]]:
    """The database through a role, and how to say how many connections that may have."""
    name, password = f"full_{secrets.token_hex(4)}", secrets.token_hex(8)
    role = sql.Identifier(name)
    with psycopg.connect(config.database_url, autocommit=True) as owner:
        owner.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password))
        )
        owner.execute(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(role))

        def limit(most: int) -> None:
            owner.execute(
                sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(role, sql.Literal(most))
            )
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [name]
            )

        parts = urlsplit(config.database_url)
        where = f"{name}:{password}@{parts.hostname}:{parts.port}"
        try:
            yield urlunsplit(parts._replace(netloc=where)), limit
        finally:
            limit(0)
            owner.execute(sql.SQL("DROP OWNED BY {}").format(role))
            owner.execute(sql.SQL("DROP ROLE {}").format(role))


def test_a_postgres_without_a_connection_left_is_said_so_and_heals(config, make_app, app, ben):
    drop = factories.a_live_drop(quantity=5, limit_per_customer=5)
    with limited(config) as (url, limit):
        page = Page(make_app(database_url=url))
        page.client.carry(ben.id, factories.a_sign_in(ben.user).id)
        fields = order_form(page, drop)
        limit(0)
        refused = page.client.post(f"/drops/{drop.slug}/orders", data=fields)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert page.client.get("/readyz").status_code == 503
        assert page.client.get("/healthz").status_code == 200
        assert rows(Order) == []
        limit(-1)
        assert page.client.post(f"/drops/{drop.slug}/orders", data=fields).status_code == 303
        assert page.client.get("/readyz").json["state"] == "ready"
        limit(0)
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            psycopg.connect(url)
    assert len(rows(Order)) == 1
