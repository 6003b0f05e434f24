"""Without Redis people order as ever: nothing on that path asks it (F30, F31). What it forgot is
known elsewhere (F32), and who listened to it listens again, and knows what was missed (F33)."""

import json
import os
import signal
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import replace

import pytest

from deploy.local import ports
from deploy.local import redis as embedded
from livedrop import wiring
from livedrop.audit.models import AuditEntry
from livedrop.lib.redis import connect
from livedrop.web.live import wire
from tests import factories
from tests.faults.shopper import Shopper
from tests.faults.test_locked_rows import get
from tests.outbox.conftest import BellRung, happen
from tests.programs import PATIENCE, flask, running, until, website, worker
from tests.rows import recorded, rows
from tests.shopping import cancel_drop, placed
from tests.sockets import Socket

GONE = 60 if os.environ.get("LIVEDROP_FULL_FAULTS") == "1" else 1  # seconds at least
pytestmark = pytest.mark.timeout(240)


@contextmanager
def refused_before_it_began(config):
    """A shop that was started while nothing listens where Redis should be."""
    with website(config, redis_url=f"redis://127.0.0.1:{ports.pick()}") as url:
        yield url, lambda: None, lambda: None


@contextmanager
def refused_meanwhile(config, *options):
    """A shop whose Redis dies, and is started again."""
    with (
        embedded.serve(durable=False) as server,
        website(config, *options, redis_url=server.url) as url,
    ):
        yield url, server.kill, server.start


@contextmanager
def hung(config, *options):
    """A shop whose Redis takes connections and answers nothing any more, and wakes up again."""
    with (
        embedded.serve(durable=False) as server,
        website(config, *options, redis_url=server.url) as url,
    ):
        stop, wake = (
            lambda number=number: os.kill(server.pid, number)
            for number in (signal.SIGSTOP, signal.SIGCONT)
        )
        try:
            yield url, stop, wake
        finally:
            wake()


@pytest.mark.parametrize("fault", [refused_before_it_began, refused_meanwhile, hung])
def test_people_order_and_see_the_drop(config, ben, fault):
    drop = factories.a_live_drop(quantity=100, limit_per_customer=100)
    shopper = Shopper(ben, drop)
    with fault(config) as (url, goes, comes_back):
        assert shopper.buys(url).status == 303
        goes()
        assert state(url) == "degraded"
        until_over, took = time.monotonic() + GONE, []
        while time.monotonic() < until_over:
            begun = time.monotonic()
            assert shopper.buys(url).status == 303
            took.append(time.monotonic() - begun)
            assert get(url, f"/drops/{drop.slug}") == 200
            time.sleep(1)
        p95 = sorted(took)[len(took) * 95 // 100]
        sys.stderr.write(f"{fault.__name__}: {len(took)} orders, p95 {p95 * 1000:.0f} ms\n")
        comes_back()
        assert shopper.buys(url).status == 303
        assert state(url) == ("degraded" if fault is refused_before_it_began else "ready")


def state(url):
    with urllib.request.urlopen(f"{url}/readyz", timeout=PATIENCE) as answer:
        return json.load(answer)["state"]


UNGUARDED = ("-c", "tests/faults/unguarded.py", "-e")


@pytest.mark.parametrize("fault", [refused_meanwhile, hung])
def test_without_the_breaker_and_with_redis_on_their_path_they_would_wait_or_fail(
    config, ben, fault
):
    """The control."""
    drop, other = factories.a_live_drop(), factories.a_live_drop()
    shopper = Shopper(ben, drop)
    twin = (*UNGUARDED, "UNGUARDED=no_breaker,redis_for_orders")
    with fault(config, *twin) as (url, goes, comes_back), ThreadPoolExecutor(2) as pool:
        assert shopper.buys(url).status == 303
        assert get(url, f"/drops/{drop.slug}") == 200
        goes()
        bought = pool.submit(shopper.buys, url)
        seen = pool.submit(get, url, f"/drops/{other.slug}")
        said = said_in_time(bought)
        assert not (said and said.is_yes)
        assert said_in_time(seen) != 200
        comes_back()


def said_in_time(answer):
    """What somebody was told in a moment: nothing, if they wait longer."""
    try:
        return answer.result(1.5)
    except NotYet:
        return None


def test_without_redis_the_last_unit_is_the_last(config, ben):
    drop = factories.a_live_drop(quantity=5, limit_per_customer=6)
    shopper = Shopper(ben, drop)
    with refused_before_it_began(config) as (url, *_):
        assert [shopper.buys(url).status for _ in range(6)] == [303] * 5 + [409]


# --- Redis forgets everything ---


def test_what_redis_forgot_amid_a_drop_is_carried_out_and_nobody_has_to_sign_in_again(
    app, config, ben, cleo
):
    """F32. The control is in between: without a relay nobody would carry it out."""
    drop = factories.a_live_drop(quantity=1)
    other = factories.a_live_drop()
    shopper, eager = Shopper(ben, other), Shopper(cleo, drop)
    placed(ben, drop)
    with embedded.serve(durable=False) as server:
        shop = replace(config, redis_url=server.url, load_test=False)
        with website(shop, load_test=False) as url:
            until(lambda: eager.buys(url).status == 429)
            with running(shop, flask("relay")):
                until(lambda: all(event.handovers for event in recorded()))
            with connect(server.url, 2.0) as redis:
                redis.flushall()
            wiring.queues(shop).serve("audit", around=app.app_context, burst=True)
            assert rows(AuditEntry) == []
            with running(shop, flask("relay")), running(shop, worker("audit")):
                until(lambda: rows(AuditEntry))
            assert shopper.buys(url).status == 303
            assert eager.buys(url).status == 429


# --- Redis comes back and knows nobody ---

WORKERS = 2


def listening(server):
    """How many processes hear what the relay tells."""
    with connect(server.url, 2.0) as redis:
        channel = wire.channel(redis)
        return dict(redis.pubsub_numsub(channel))[channel.encode()]


def serving(server):
    """How many workers look for jobs."""
    with connect(server.url, 2.0) as redis:
        return redis.scard("rq:workers:audit")


def beat(socket):
    """When it was said, and since when nothing was missed; in ms since 1970."""
    while True:
        words = socket.hear(" ").split(" ")
        if len(words) == 2 and all(word.isdigit() for word in words):
            return tuple(int(word) for word in words)


@pytest.mark.parametrize("guard", ["", "no_catching_up"])
def test_after_a_restart_everybody_listens_again_and_open_pages_know_that_they_missed_something(
    app, config, ada, guard
):
    """F33. The control: a process that takes what it hears for all there was."""
    drop = factories.a_live_drop(ada.creator)
    twin = (*UNGUARDED, f"UNGUARDED={guard}") if guard else ()
    with embedded.serve(durable=False) as server:
        shop = replace(config, redis_url=server.url)
        with (
            website(shop, *twin, workers=WORKERS) as url,
            running(shop, flask("relay")),
            running(shop, worker("audit")),
            Socket(url, f"drop:{drop.slug}") as socket,
        ):
            until(lambda: listening(server) == WORKERS and serving(server) == 1)
            before, since = beat(socket)
            server.kill()
            cancel_drop(drop)
            server.start()
            begun = time.monotonic()
            until(lambda: listening(server) == WORKERS)
            took = time.monotonic() - begun
            after = beat(socket)
            while after[0] == before:
                after = beat(socket)
            assert (after[1] > since) == (not guard)
            assert "Cancelled" in page(url, drop)
            happen(BellRung(id=1))
            until(lambda: rows(AuditEntry, action="BellRung"))
            sys.stderr.write(f"{WORKERS} processes listen again after {took:.1f} s\n")


def page(url, drop):
    with urllib.request.urlopen(f"{url}/drops/{drop.slug}", timeout=PATIENCE) as answer:
        return answer.read().decode()
