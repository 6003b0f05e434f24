"""A process that is told to stop says goodbye to its sockets, and is gone in time (F17)."""

import signal
import socket
from contextlib import closing, contextmanager

import pytest

from deploy.local import ports
from livedrop.web.live import hub
from livedrop.web.live.line import Line
from tests import programs
from tests.crowd import Crowd
from tests.programs import until
from tests.unguarded import without
from tests.web.live.test_line import a_hub

PAGES = 60


@pytest.fixture
def stopping(config):
    """A web process that was told to stop while pages listened, and those pages."""

    @contextmanager
    def start(*options):
        port = ports.pick()
        url = f"http://127.0.0.1:{port}"
        command = (*programs.gunicorn(port), *options)
        with programs.running(config, command, url=url, load_test=True) as process:
            until(lambda: programs.answers(f"{url}/healthz"))
            with Crowd(url, PAGES) as crowd:
                until(lambda: crowd.present == PAGES)
                process.send_signal(signal.SIGTERM)
                until(lambda: not crowd.present)
                yield process, crowd

    return start


def test_f17_idle_sockets_are_told_one_by_one_that_it_restarts(stopping):
    with stopping() as (process, crowd):
        assert crowd.codes == {1012}
        assert crowd.spread > 1.5
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("options", "codes"),
    [(without("spread"), {1012}), (("-c", "tests/web/live/no_hook.py"), {None})],
)
def test_without_the_hook_they_are_all_dropped_at_once(stopping, options, codes):
    """The control: gunicorn alone waits for them as long as it may, then says no word."""
    with stopping(*options) as (_, crowd):
        assert crowd.codes == codes
        assert crowd.spread < 1.5


def test_who_was_on_the_way_in_is_sent_away_too(monkeypatch):
    here, (ours, theirs) = a_hub(), socket.socketpair()
    with closing(ours), closing(theirs):
        ours.setblocking(False)
        early, late = (Line(ours, frozenset()) for _ in range(2))
        arrivals = iter([early, late])

        def meanwhile(_):
            here._lines.update([line] if (line := next(arrivals, None)) else [])
            if late.closed_at:
                here._lines.clear()
                here._counts.clear()

        monkeypatch.setattr(hub, "sleep", meanwhile)
        with here.place("a", None), here.place("b", None):
            here.drain()
    assert early.closed_at <= late.closed_at
