"""A process that is told to stop says goodbye to its sockets, and is gone in time (F16, F17)."""

import signal

import pytest

from deploy.local import ports
from livedrop.web.live.wire import Message
from tests import programs
from tests.programs import until
from tests.sockets import Socket
from tests.web.live.conftest import said


@pytest.fixture
def server(config):
    """A web server of one process, its address, and how to be told when it has ended."""
    port = ports.pick()
    url = f"http://127.0.0.1:{port}"
    with programs.running(config, programs.gunicorn(port), url=url, load_test=True) as process:
        until(lambda: programs.answers(f"{url}/healthz"))
        until(lambda: said(config, Message("nobody", "")) >= 1)
        yield process, url


def test_f17_idle_sockets_are_told_that_it_restarts(server):
    process, url = server
    sockets = [Socket(url) for _ in range(20)]
    process.send_signal(signal.SIGTERM)
    assert {socket.closed() for socket in sockets} == {1012}
    assert process.wait(10) == 0


def test_without_the_hook_they_are_dropped_without_a_word(config):
    """The negative control: gunicorn alone waits for them as long as it may."""
    port = ports.pick()
    url = f"http://127.0.0.1:{port}"
    bare = programs.gunicorn(port, settings="tests/web/live/no_hook.py")
    with programs.running(config, bare, url=url) as process:
        until(lambda: programs.answers(f"{url}/healthz"))
        with Socket(url) as socket:
            process.send_signal(signal.SIGTERM)
            assert socket.closed() is None
