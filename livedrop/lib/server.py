"""What the database server says of itself, for whoever looks after it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from livedrop.extensions import db


@dataclass(frozen=True, slots=True)
class Server:
    version: str
    started_at: datetime
    copy: bool  # of another one, which decides


@dataclass(frozen=True, slots=True)
class Client:
    """Connections of one database user; each process has one of its own where they are set up."""

    user: str
    program: str
    connections: int


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy that follows; by how many seconds it is behind, if this user may know and it is."""

    name: str
    state: str | None
    behind: float | None


SERVER = text(
    "SELECT current_setting('server_version'), pg_postmaster_start_time(), pg_is_in_recovery()"
)
CLIENTS = text(
    "SELECT usename, application_name, count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() GROUP BY usename, application_name"
    " ORDER BY usename, application_name LIMIT 100"
)
REPLICAS = text(
    "SELECT application_name, state, extract(epoch FROM replay_lag) FROM pg_stat_replication"
    " ORDER BY application_name LIMIT 100"
)


def server() -> Server:
    return Server(*db.session.execute(SERVER).one())


def clients() -> list[Client]:
    """Who is connected to this database."""
    return [
        Client(user or "", program or "", n) for user, program, n in db.session.execute(CLIENTS)
    ]


def replicas() -> list[Replica]:
    rows = db.session.execute(REPLICAS)
    return [Replica(name, state, None if lag is None else float(lag)) for name, state, lag in rows]
