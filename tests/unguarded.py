"""The settings of production, and the site without the guards that `UNGUARDED` names."""

import os

from deploy import gunicorn as production
from deploy.gunicorn import *  # noqa: F403


def without(*guards):
    """The options that let gunicorn serve the site so."""
    return ("-c", "tests/unguarded.py", "-e", f"UNGUARDED={','.join(guards)}")


def post_worker_init(worker):  # type: ignore[no-redef]
    for guard in os.environ["UNGUARDED"].split(","):
        globals()[guard](worker.wsgi)
    production.post_worker_init(worker)


def any_origin(app):
    """Every site's pages are ours."""
    from livedrop.lib import security

    security.is_ours = lambda origin: True


def compression(app):
    """Whoever asks for it may pack what they send."""
    import flask_sock

    there, opened, name = app.wsgi_app, flask_sock.Server, "HTTP_SEC_WEBSOCKET_EXTENSIONS"
    app.wsgi_app = lambda environ, start: there(environ | {"asked": environ.get(name)}, start)
    flask_sock.Server = lambda environ, **how: opened(environ | {name: environ["asked"]}, **how)


def the_librarys_reader(app):
    """What comes is kept until the view asks for it, which it never does."""
    from threading import Event, Thread

    from livedrop.web.live import line, socket

    socket.Inert.start = Thread.start
    line.Line.read = lambda self, parser: Event().wait()


def durations_by_the_wall(app):
    """What lasts is measured by the clock that may be set."""
    import time

    from livedrop.lib import clock, ratelimit

    for each in (clock, ratelimit):
        each.monotonic = time.time


def sessions_that_age(app):
    """Flask's own way: what was signed in the future is not ours."""
    from flask.sessions import SecureCookieSessionInterface

    from livedrop.web.session import CookieSessions

    CookieSessions.open_session = SecureCookieSessionInterface.open_session


def spread(app):
    """All who listen are sent away at once."""
    from livedrop.web.live import hub

    hub.SPREAD = 0


def rest_of_a_frame(app):
    """The library's way: what does not fit is forgotten."""
    import os

    from livedrop.web.live.line import Line

    def write_and_forget(self):
        while self._waiting:
            try:
                os.write(self._sock.fileno(), self._waiting.pop(next(iter(self._waiting))))
            except BlockingIOError:
                self.stalled_at = None
            except OSError:
                self.cut()
        if self.closed_at is not None:
            self.cut()

    Line.flush = write_and_forget


def may_boot(app):
    """Not without a guard, but as slow as the test wants: it serves once a file is there."""
    from pathlib import Path
    from time import sleep

    while not Path(os.environ["MAY_BOOT"]).exists():
        sleep(0.05)


def wait_for_successors(app):
    """Whoever is told to leave leaves."""
    production._is_needed = lambda worker: False


def small_buffers(app):
    """Not without a guard, but with a kernel that takes little, so that little is to be told."""
    import socket

    from livedrop.web.live import socket as door
    from livedrop.web.live.line import Line

    class Narrow(Line):
        def __init__(self, sock, *args):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
            super().__init__(sock, *args)

    door.Line = Narrow


def nothing_prepared(app):
    """A connection prepares for itself what it is asked more than once."""
    from sqlalchemy import event

    from livedrop.extensions import db

    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "do_connect")
    def prepare(dialect, record, arguments, named):
        named["prepare_threshold"] = 1

    engine.dispose()
