"""How gunicorn serves LiveDrop, here and in production.

Nothing of ours is imported here and nothing is preloaded: the worker patches itself with gevent
first and imports the application, and with it psycopg, afterwards. The other way round psycopg
waits for the whole worker instead of for one request.
"""

import os
from typing import Any

worker_class = "gevent"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_connections = 4000
preload_app = False

bind = os.environ.get("LIVEDROP_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
backlog = 2048
keepalive = 30

# Shorter than what the supervisor waits before it kills.
graceful_timeout = 8

# It would lie under the home directory, shared by every gunicorn of the same person.
control_socket_disable = True

accesslog = None
errorlog = "-"


def post_worker_init(worker: Any) -> None:
    """The application is loaded and patched: let it hear what happens elsewhere, and send the
    people on its sockets away in time when the worker is told to stop."""
    hub = getattr(worker.wsgi, "extensions", {}).get("hub")
    if hub:
        hub.serve(lambda: worker.alive)
