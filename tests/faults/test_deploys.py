"""Web processes are renewed, or lose the one that looks after them, while people order and listen.

A HUP to gunicorn starts new processes and sends the old ones away (F16). Its arbiter is killed,
and the supervisor starts another (F18).
"""

import os
import signal
import urllib.request
from contextlib import contextmanager
from random import uniform
from time import sleep

import psutil
import pytest

from deploy.local import ports
from deploy.local.supervisor import Program, Stack
from livedrop.drops import commands as drops
from tests import factories
from tests.cast import Person
from tests.crowd import Crowd
from tests.faults.buyers import Buyers
from tests.faults.shopper import Shopper
from tests.programs import HOME, answers, environment, flask, gunicorn, running, until
from tests.unguarded import without

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
ORDERS, BUYERS, SOCKETS = (150, 160, 2000) if FULL else (10, 16, 50)  # orders are a second
GOODBYES = 4.5 if FULL else 1  # seconds over which they are spread, a little less
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, quantity=20_000, limit_per_customer=100)


@pytest.fixture
def shoppers(app, drop):
    return [Shopper(Person.called(app, f"buyer{each}"), drop) for each in range(BUYERS)]


@contextmanager
def renewed(config, drop, *options):
    """A site of two processes that are to be renewed: its address, how, and who listens."""
    port = ports.pick()
    url = f"http://127.0.0.1:{port}"
    web = (*gunicorn(port, workers=2), *options)
    with (
        running(config, web, url=url, load_test=True) as arbiter,
        running(config, flask("relay")),
    ):
        until(lambda: answers(f"{url}/healthz"))
        with Crowd(url, SOCKETS, f"drop:{drop.slug}", returns=lambda: uniform(0, 3)) as crowd:
            until(lambda: crowd.present == SOCKETS)
            old = psutil.Process(arbiter.pid).children()

            def renew():
                arbiter.send_signal(signal.SIGHUP)
                until(lambda: all(member.ends for member in crowd.members))
                until(lambda: not any(map(psutil.Process.is_running, old)))
                until(lambda: crowd.present == SOCKETS)

            yield url, renew, crowd


def test_f16_nobody_who_orders_or_listens_misses_anything(
    config, drop, shoppers, ada, record_property
):
    with renewed(config, drop) as (url, renew, crowd):
        with Buyers(shoppers, url, ORDERS) as buyers:
            sleep(1)
            renew()
            assert crowd.codes == {1012}
            assert crowd.spread > GOODBYES
            until(lambda: all(member.since for member in crowd.members))
        drops.cancel(drop_id=drop.id, actor_id=ada.creator.id, reason="flood")
        until(lambda: all("Cancelled" in member.words for member in crowd.members))
    record_property("orders", f"{buyers.statuses}, p95 {buyers.p95:.0f} ms")
    record_property("goodbyes", f"{len(crowd.members)} over {crowd.spread:.1f} s")
    assert set(buyers.statuses) == {303}


def test_f16_without_the_hook_who_listens_is_dropped_without_a_word(config, drop):
    with renewed(config, drop, "-c", "tests/web/live/no_hook.py") as (_, renew, crowd):
        renew()
        assert crowd.codes == {None}


@pytest.mark.parametrize(
    ("guards", "answered"),
    [(["may_boot"], True), (["may_boot", "wait_for_successors"], False)],
)
def test_f16_the_old_ones_go_on_until_the_new_ones_serve(config, tmp_path, guards, answered):
    """The control: they leave when they are told, and nobody answers meanwhile."""
    port, may = ports.pick(), tmp_path / "may"
    url, options = f"http://127.0.0.1:{port}", (*without(*guards), "-e", f"MAY_BOOT={may}")
    may.touch()
    with running(config, (*gunicorn(port), *options), url=url, load_test=True) as arbiter:
        until(lambda: answers(f"{url}/healthz"))
        (old,) = psutil.Process(arbiter.pid).children()
        may.unlink()
        arbiter.send_signal(signal.SIGHUP)
        sleep(4)
        assert answers_soon(f"{url}/healthz") is answered
        may.touch()
        until(lambda: not old.is_running())
        assert answers(f"{url}/healthz")


def answers_soon(url):
    try:
        with urllib.request.urlopen(url, timeout=4) as answer:
            return answer.status == 200
    except OSError:
        return False


# --- the arbiter is killed ---


@pytest.mark.parametrize("buries", [True, False])
def test_f18_its_orphans_are_gone_before_there_is_another(config, monkeypatch, buries):
    """The control leaves them: they are still there when their successors come."""
    port = ports.pick()
    env = environment(config, url=f"http://127.0.0.1:{port}") | {"PORT": str(port)}
    with Stack(HOME, env, ["web"], output=lambda *_: None) as stack:
        stack.wait_until_healthy(env["LIVEDROP_URL"])
        arbiter = psutil.Process(stack.pid("web"))
        orphans, left = arbiter.children(), []
        start = Program.start

        def start_beside(program):
            left.append(living(orphans))
            start(program)

        with monkeypatch.context() as patch:
            if not buries:
                patch.setattr(Program, "stop", lambda self: None)
            patch.setattr(Program, "start", start_beside)
            for each in orphans:
                each.suspend()  # it could leave by itself
            arbiter.kill()
            until(lambda: left)
        for each in left[0]:
            each.kill()
        stack.wait_until_healthy(env["LIVEDROP_URL"])
        assert stack.deaths == [("web", -signal.SIGKILL)]
        assert bool(left[0]) is not buries
        assert {stack.pid("web")} == {each.ppid() for each in listening(port)} - {os.getpid()}


def living(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def listening(port):
    """The workers that listen there; whose child each is says who looks after it."""
    here = psutil.net_connections("tcp4")
    pids = {one.pid for one in here if one.status == "LISTEN" and one.laddr[1] == port}
    return [psutil.Process(pid) for pid in pids]
