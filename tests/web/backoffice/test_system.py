"""What the shop runs on is told, and nothing that opens it."""

from dataclasses import fields, replace

from livedrop.config import Config
from livedrop.web.backoffice.system import told
from livedrop.web.identity.limits import SIGN_INS
from tests.page import Page
from tests.web.backoffice.test_looks import look_as
from tests.web.backoffice.test_queues import signed_in


def test_she_sees_versions_clocks_limits_and_settings(dora):
    seen = dora.page.get("/admin/system")
    for words in ("Postgres", "answers", "which decides", "sign-ins from an address", "pool_size"):
        assert words in seen.text


def test_no_secret_is_among_the_settings(config):
    secret = "a-secret-that-nobody-is-told-0123456789"
    full = replace(
        config,
        secret_key=secret,
        previous_secret_key=secret,
        token_keys=f"one:{secret}",
        database_url=f"postgresql://shop:{secret}@db.example/shop?password={secret}",
        redis_url=f"redis://web:{secret}@cache.example:6379/0",
        smtp_url=f"smtps://shop:{secret}@mail.example",
    )
    said = told(full)
    assert secret not in str(said)
    assert said["database_url"] == "postgresql://db.example/shop"
    assert said.keys() == {field.name for field in fields(Config)}


def test_with_redis_away_it_says_so_and_what_goes_on(make_app, dora):
    page = Page(make_app(redis_url="redis://127.0.0.1:9/0"))
    page.client.carry(*signed_in(dora))
    assert (
        "Redis does not answer. Orders, payments and pages go on." in page.get("/admin/system").text
    )


def test_a_limit_that_is_reached_is_seen(app, dora):
    with app.test_request_context():
        for _ in range(60):
            SIGN_INS.spend("192.0.2.7")
    rows = dora.page.get("/admin/system").texts("tbody tr")
    assert any(row.startswith("sign-ins from an address60 per 1 minute1") for row in rows)


def test_who_looks_as_somebody_else_sees_none_of_it(app, dora, ben):
    page = Page(app)
    look_as(page, dora, ben)
    page.get("/admin/system", 404)
