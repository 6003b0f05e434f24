"""Each process may do in the database what it does there, and no more (S37, S59)."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from deploy.local.paths import ROOT
from livedrop import wiring
from livedrop.audit.models import AuditEntry
from livedrop.deliveries.jobs import ask
from livedrop.drops import commands as drops
from livedrop.grants import commands as grants
from livedrop.idempotency import commands as idempotency
from livedrop.insights import commands as insights
from livedrop.lib.chunks import through
from livedrop.notifications import commands as notifications
from livedrop.orders import commands as orders
from livedrop.outbox import commands as outbox
from livedrop.outbox.carefully import carefully
from livedrop.outbox.models import OutboxAttempt
from livedrop.outbox.relay import relay
from livedrop.payments.pretend import commands as operations
from livedrop.payments.pretend.deliver import messenger
from tests import factories
from tests.page import HOME, Page
from tests.rows import rows

ROLES = ROOT / "deploy" / "postgres" / "roles.sql"
GROUPS = ("web", "relay", "worker", "audit", "tick", "pretend", "report")
CHORES = (
    *(orders.lapse_due, orders.serve_lines, orders.resend_open, orders.purge_lines),
    *(
        drops.announce_due,
        notifications.end_days,
        lambda: through(outbox.purge),
        idempotency.purge,
        grants.purge,
    ),
    *(insights.purge_watching, insights.purge_refusals),
)


@pytest.fixture
def url_of(config) -> Iterator[Callable[[str], str]]:
    """The database as each role sees it, by a person of the server made for this test."""
    mark, password = secrets.token_hex(4), secrets.token_hex(8)
    with psycopg.connect(config.database_url, autocommit=True) as owner:
        owner.execute(Path(ROLES).read_text())
        for group in GROUPS:
            made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}")
            names = sql.Identifier(f"{group}_{mark}"), sql.Literal(password)
            owner.execute(made.format(*names, sql.Identifier(f"livedrop_{group}")))

        def url(group: str) -> str:
            parts = urlsplit(config.database_url)
            where = f"{group}_{mark}:{password}@{parts.hostname}:{parts.port}"
            return urlunsplit(parts._replace(netloc=where))

        yield url
        for group in GROUPS:
            name = sql.Identifier(f"{group}_{mark}")
            owner.execute(sql.SQL("DROP ROLE {}").format(name))


REFUSED = {
    "web": (
        "CREATE TABLE mine (id int)",
        "ALTER TABLE orders ADD mine int",
        "DROP TABLE orders",
        "TRUNCATE orders",
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "INSERT INTO audit_entries SELECT * FROM audit_entries",
        "DROP TRIGGER append_only ON audit_entries",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = 'x'",
        "COPY orders TO PROGRAM 'cat'",
    ),
    "relay": ("SELECT password_hash FROM users", "DELETE FROM outbox_events", "DELETE FROM orders"),
    "worker": ("DELETE FROM audit_entries", "TRUNCATE outbox_events"),
    "audit": (
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "SELECT * FROM users",
        "DELETE FROM orders",
    ),
    "tick": ("DELETE FROM audit_entries", "CREATE TABLE mine (id int)"),
    "pretend": ("SELECT * FROM orders", "SELECT * FROM users"),
    "report": (
        "SELECT password_hash FROM users",
        "SELECT * FROM users",
        "SELECT * FROM sign_ins",
        "SELECT * FROM refresh_families",
        "SELECT * FROM password_resets",
        "DELETE FROM orders",
        "UPDATE users SET handle = 'x'",
        "CREATE TABLE mine (id int)",
    ),
}


def test_what_a_process_has_no_business_with_is_refused(url_of):
    for group, statements in REFUSED.items():
        for statement in statements:
            with psycopg.connect(url_of(group)) as one, pytest.raises(InsufficientPrivilege):
                one.execute(statement)


def test_a_report_reads_people_without_what_proves_to_be_them(url_of, ben):
    with psycopg.connect(url_of("report")) as report:
        assert report.execute("SELECT count(*) FROM orders").fetchone() == (0,)
        assert report.execute("SELECT handle FROM users").fetchone() == (ben.user.handle,)


def test_without_the_last_words_it_would_read_that_too(config, url_of, ben):
    with psycopg.connect(config.database_url) as owner:
        owner.execute("GRANT SELECT ON users TO livedrop_report")
    with psycopg.connect(url_of("report")) as report:
        assert report.execute("SELECT password_hash FROM users").fetchone()


def test_every_process_can_do_what_it_does(make_app, url_of, app, ada, ben):
    """A day of the shop, each process under a role of its own."""
    drop = factories.a_live_drop(ada.creator, quantity=3, limit_per_customer=3)
    web = make_app(database_url=url_of("web"))
    page = Page(web)
    page.client.carry(ben.id, factories.a_sign_in(ben.user).id)
    panel = page.get(f"/drops/{drop.slug}/orders/new")
    fields = {name: panel.value(name) for name in ("csrf_token", "sku", "key")}
    page.post(f"/drops/{drop.slug}/orders", 200, quantity=1, **fields)
    page.get("/inbox")

    asked = []
    with make_app(database_url=url_of("relay")).app_context():
        pusher = wiring.pusher(web.extensions["livedrop"])
        relay(
            wiring.HEARERS,
            lambda job, chunks: asked.extend((job, ids) for ids in chunks),
            5.0,
            pusher.note,
        )
        pusher.push()
        ask(wiring.queues(web.extensions["livedrop"]))
    for group in ("audit", "worker"):
        with make_app(database_url=url_of(group)).app_context():
            for job, ids in asked:
                if (job.queue == "audit") == (group == "audit"):
                    carefully(job, list(ids))
    with make_app(database_url=url_of("worker")).app_context():
        for job in wiring.UNHEARING:
            job.run([])
    with make_app(database_url=url_of("tick")).app_context():
        for chore in CHORES:
            chore()
    with make_app(database_url=url_of("pretend")).app_context():
        messenger(f"{HOME}/payments/callbacks", "k" * 32)()
        operations.purge()
    assert rows(OutboxAttempt) == []  # nothing that was begun went wrong
    assert "OrderPlaced" in {entry.action for entry in rows(AuditEntry)}
