"""What this LiveDrop runs on and how it is set up; no secret of it."""

import platform
import time
from dataclasses import fields
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.config import Config, configuration
from livedrop.lib import ratelimit, server
from livedrop.lib.clock import EPOCH, clock
from livedrop.lib.redis import RedisError, connect
from livedrop.web import access
from livedrop.web.readings import PATIENCE, pictures_answer, redis_answers

system = Blueprint("system", __name__, url_prefix="/system")

PACKAGES = ("flask", "sqlalchemy", "psycopg", "gunicorn", "gevent", "redis", "rq")
HIDDEN = (
    "secret",
    "key",
    "password",
    "token",
)  # of a setting with such a name only whether it is set is told
SWITCHES = ("load_test", "failpoints", "mailbox")  # that change what the shop does


@system.get("")
def show() -> ResponseReturnValue:
    access.admin()
    config = configuration()
    return render_template(
        "backoffice/system/show.html",
        versions=_versions(),
        packages={name: version(name) for name in PACKAGES},
        offset=_offset(),
        redis=redis_answers(),
        pictures=pictures_answer(),
        replicas=server.replicas(),
        clients=server.clients(),
        limits=ratelimit.standing(),
        switches={name: getattr(config, name) for name in SWITCHES},
        settings=told(config),
    )


def told(config: Config) -> dict[str, str]:
    """Every setting as it may be shown to somebody."""
    return {field.name: _told(field.name, getattr(config, field.name)) for field in fields(config)}


def _told(name: str, value: Any) -> str:
    if value in {"", None}:
        return "not set"
    if any(word in name for word in HIDDEN):
        return "set"
    if name.endswith("url"):
        return _place(str(value))
    return str(value)


def _place(url: str) -> str:
    """Where an address leads, without who is let in there and by what."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "set"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _versions() -> dict[str, str]:
    there = server.server()
    return {
        "Python": platform.python_version(),
        "Postgres": there.version + (" (a copy)" if there.copy else ""),
        "Redis version": _redis_version(),
    }


def _redis_version() -> str:
    """As far as this process may ask."""
    connection = connect(configuration().redis_url, PATIENCE)
    try:
        said: Any = connection.info("server")
        return str(said.get("valkey_version") or said.get("redis_version"))
    except RedisError:
        return "not told"
    finally:
        connection.close()


def _offset() -> float:
    """Seconds by which this host's clock is ahead of the database's, which decides."""
    return time.time() - (clock.now() - EPOCH).total_seconds()
