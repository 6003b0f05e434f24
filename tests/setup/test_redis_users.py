"""Each process may do in Redis what it does there, and no more (S55)."""

import secrets
from collections.abc import Callable, Iterator

import pytest
import redis
import rq
from redis.exceptions import AuthenticationError, NoPermissionError
from rq.serializers import JSONSerializer

from deploy.local import redis as embedded
from deploy.local.paths import ROOT
from livedrop import wiring
from livedrop.audit.jobs import AUDIT
from livedrop.audit.models import AuditEntry
from livedrop.lib import cache
from livedrop.lib.redis import connect
from livedrop.outbox.carefully import carefully
from livedrop.outbox.relay import relay
from livedrop.web.live import wire
from tests import factories
from tests.page import Page
from tests.programs import until
from tests.rows import rows
from tests.shopping import place

USERS = ROOT / "deploy" / "redis" / "users.acl"
PASSWORD = secrets.token_hex(16)


@pytest.fixture(scope="module")
def server() -> Iterator[embedded.Server]:
    """A Redis of its own with the users of the file, by the commands that a file stands for."""
    with embedded.serve(durable=False) as server:
        with redis.Redis.from_url(server.url) as owner:
            for line in reversed(USERS.read_text().splitlines()):
                _, name, *rules = line.split()
                given = [f">{PASSWORD}" if rule.startswith(">@") else rule for rule in rules]
                owner.execute_command("ACL", "SETUSER", name, *given)
        yield server


@pytest.fixture
def url_of(server: embedded.Server) -> Iterator[Callable[[str], str]]:
    def url(user: str) -> str:
        return f"redis://{user}:{PASSWORD}@127.0.0.1:{server.port}/0"

    with redis.Redis.from_url(url("operator")) as operator:
        operator.acl_log_reset()
        yield url
        operator.flushall()


REFUSED = {
    "web": (
        "FLUSHALL",
        "CONFIG GET *",
        "KEYS *",
        "EVAL return 0",
        "SCRIPT FLUSH",
        "LPUSH rq:queue:audit job",
        "GET rq:job:1",
        "HSET rq:job:1 data x",
        "SET anything 1",
        "SUBSCRIBE anything",
        "ACL LIST",
        "BGREWRITEAOF",
        "SHUTDOWN",
    ),
    "relay": ("FLUSHALL", "CONFIG GET *", "KEYS *", "EVAL return 0", "BLPOP rq:queue:audit 1"),
    "worker": ("FLUSHALL", "CONFIG GET *", "KEYS *", "EVAL return 0", "SET anything 1"),
    "tick": ("FLUSHALL", "LPUSH rq:queue:audit job", "KEYS *"),
    "metrics": ("FLUSHALL", "LPUSH rq:queue:audit job", "KEYS *", "GET dated-stock:1"),
    "pretend": ("GET dated-stock:1", "FLUSHALL", "LPUSH rq:queue:audit job"),
}


def test_what_a_process_has_no_business_with_is_refused(url_of):
    for user, commands in REFUSED.items():
        with redis.Redis.from_url(url_of(user)) as one:
            for command in commands:
                words = command.replace("return 0", "return,0 0").split()
                with pytest.raises(NoPermissionError):
                    one.execute_command(*words)


def test_nobody_comes_in_without_a_name(server):
    for url in (server.url, f"redis://127.0.0.1:{server.port}/0"):
        with redis.Redis.from_url(url) as nobody, pytest.raises(AuthenticationError):
            nobody.ping()


def test_with_more_rights_the_web_process_could_plant_jobs(url_of):
    """What keeps it from that is its line in the file."""
    with redis.Redis.from_url(url_of("operator")) as operator:
        operator.execute_command("ACL", "SETUSER", "twin", "on", f">{PASSWORD}", "~*", "+@all")
        with redis.Redis.from_url(url_of("twin")) as twin:
            assert twin.lpush("rq:queue:audit", "job") == 1
        operator.execute_command("ACL", "DELUSER", "twin")


def test_every_process_can_do_what_it_does(make_app, url_of, app, ada, ben):
    """An event from the order to the trail and to open pages; Redis writes down what it refuses."""
    drop = factories.a_live_drop(ada.creator, quantity=3)
    web = make_app(redis_url=url_of("web"), page_seconds=1.0)
    page = Page(web)
    for path in ("/", f"/drops/{drop.slug}", f"/@{ada.user.handle}"):
        page.get(path)
    assert page.client.get("/readyz").json == {"state": "ready"}
    with web.app_context():
        assert [cache.first("service-token:a", seconds=60) for _ in range(2)] == [True, False]
    ears = connect(url_of("web"), 2.0).pubsub()
    ears.subscribe(wire.channel(connect(url_of("web"), 2.0)))

    place(ben, drop)
    there = make_app(redis_url=url_of("relay"))
    told = there.extensions["livedrop"]
    queues, pusher = wiring.queues(told), wiring.pusher(told)
    with there.app_context():
        relay(wiring.HEARERS, queues.enqueue, 5.0, pusher.note)
        pusher.push()
        pusher.beat()
    assert queues.waiting(AUDIT)
    for looking in ("metrics", "web"):
        lags = wiring.queues(make_app(redis_url=url_of(looking)).extensions["livedrop"]).lags()
        assert [lag.queue for lag in lags if lag.waiting and lag.seconds < 60] == ["audit"]
    until(lambda: (ears.get_message(timeout=1.0) or {}).get("type") == "message")

    worker = make_app(redis_url=url_of("worker"))
    queues = wiring.queues(worker.extensions["livedrop"])
    with redis.Redis.from_url(url_of("operator")) as operator:
        planted = rq.Queue("audit", connection=operator, serializer=JSONSerializer)
        planted.enqueue("os.system", "true")
    queues.serve("audit", around=worker.app_context, run=carefully, burst=True)
    assert not queues.waiting(AUDIT)
    assert "OrderPlaced" in {entry.action for entry in rows(AuditEntry)}
    with redis.Redis.from_url(url_of("operator")) as operator:
        refused = [(entry["username"], entry["object"]) for entry in operator.acl_log()]
    # The client says its version, and bears not being let to.
    assert [one for one in refused if not one[1].startswith("client")] == []
