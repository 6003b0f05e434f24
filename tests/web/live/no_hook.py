"""The settings of production without what looks after sockets, and in more haste."""

from deploy.gunicorn import *  # noqa: F403

graceful_timeout = 1
del post_worker_init  # noqa: F821
