"""Who buys and what is sold: written straight into the tables, as it would stand."""

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from bench.closed import KEY, KEY_LENGTH
from bench.database import Database
from livedrop.web.api.bearer import access_token


@dataclass(frozen=True)
class Drop:
    """A live drop with one SKU."""

    id: int
    slug: str
    sku_id: int


@dataclass(frozen=True)
class Person:
    """Somebody signed in: what their browser sends along, and what stands in their forms."""

    id: int
    sign_in_id: UUID
    cookie: str
    csrf_token: str


def live_drop(
    database: Database, units: int, limit: int = 100, window: int = 600, hours: int = 1
) -> Drop:
    """A drop by a new creator that went live a minute ago and lasts so many hours."""
    word = uuid4().hex[:12]
    with database.connection() as connection:
        row = connection.execute(
            """
            WITH person AS (
                INSERT INTO users (email, handle, display_name, password_hash, confirmed_at)
                VALUES (%(word)s || '@example.com', 'c' || %(word)s, 'Creator', '', now())
                RETURNING id, handle
            ), creator AS (
                INSERT INTO creators (id, handle, display_name)
                SELECT id, handle, 'Creator' FROM person RETURNING id
            ), product AS (
                INSERT INTO products (slug, creator_id, title)
                SELECT 'print-' || %(word)s, id, 'Print' FROM creator RETURNING id, slug, creator_id
            ), sale AS (
                INSERT INTO drops (slug, creator_id, title, story, currency, starts_at, ends_at,
                    limit_per_customer, payment_window_seconds, published_at)
                SELECT slug, creator_id, 'Print', repeat('A story worth reading. ', 40), 'EUR',
                    now() - interval '1 minute', now() + make_interval(hours => %(hours)s),
                    %(limit)s, %(window)s, now() - interval '2 minutes'
                FROM product RETURNING id, slug
            ), sku AS (
                INSERT INTO skus (drop_id, product_id, name, price)
                SELECT sale.id, product.id, 'Red', 4500 FROM sale, product RETURNING id, drop_id
            ), units AS (
                INSERT INTO stock (sku_id, drop_id, declared)
                SELECT id, drop_id, %(units)s FROM sku
            )
            SELECT sale.id, sale.slug, sku.id FROM sale, sku
            """,
            {"word": word, "units": units, "limit": limit, "window": window, "hours": hours},
        ).fetchone()
    assert row is not None
    return Drop(*row)


def people(app: Flask, database: Database, count: int) -> list[Person]:
    """So many new people, each signed in; cookies and tokens as the application itself signs."""
    word = uuid4().hex[:12]
    with database.connection() as connection:
        rows = connection.execute(
            """
            WITH person AS (
                INSERT INTO users (email, handle, display_name, password_hash, confirmed_at)
                SELECT %(word)s || n || '@example.com', 'b' || %(word)s || n, 'Buyer', '', now()
                FROM generate_series(1, %(count)s) AS n RETURNING id
            )
            INSERT INTO sign_ins (id, user_id)
            SELECT gen_random_uuid(), id FROM person RETURNING user_id, id
            """,
            {"word": word, "count": count},
        ).fetchall()
        connection.execute("ANALYZE users, sign_ins")
    return [_signed_in(app, user_id, sign_in_id) for user_id, sign_in_id in rows]


def _signed_in(app: Flask, user_id: int, sign_in_id: UUID) -> Person:
    signer = app.session_interface.get_signing_serializer(app)
    with app.test_request_context():
        session["_user_id"] = f"{user_id}.{sign_in_id}"
        token = generate_csrf()
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}"
    return Person(user_id, sign_in_id, cookie, token)


def handle(database: Database, drop: Drop) -> str:
    """Of the creator whose drop it is."""
    with database.connection() as connection:
        row = connection.execute(
            "SELECT handle FROM creators JOIN drops ON creators.id = creator_id"
            " WHERE drops.id = %(drop)s",
            {"drop": drop.id},
        ).fetchone()
    assert row is not None
    return str(row[0])


def order(person: Person, drop: Drop) -> bytes:
    """The request that this person's order form sends, with a fresh key each time."""
    return press(person, f"/drops/{drop.slug}/orders", f"&sku={drop.sku_id}&quantity=1&key=", KEY)


def press(person: Person, path: str, fields: str = "", key: bytes = b"") -> bytes:
    """The request that a form of this person's sends, at the end of its fields a fresh `key`."""
    body = f"csrf_token={person.csrf_token}{fields}".encode() + key
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: {person.cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body) - len(key) + (KEY_LENGTH if key else 0)}\r\n\r\n"
    )
    return head.encode() + body


def json_orders(app: Flask, people: list[Person], drop: Drop) -> list[bytes]:
    """The request by which each one's app places an order, with a fresh key each time; by tokens
    that `app` signs, for ten minutes."""
    line = {"sku_id": str(drop.sku_id), "quantity": 1}
    body = json.dumps({"drop_id": str(drop.id), "lines": [line]})
    with app.app_context():
        tokens = [access_token(person.id, person.sign_in_id) for person in people]
    return [
        (
            "POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {KEY.decode()}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        for token in tokens
    ]


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()
