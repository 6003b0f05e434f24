"""What every benchmark is given: a database, people with sign-ins, and how long to run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import database, honest, world
from bench.database import Database
from bench.world import Person
from deploy.local.console import step
from livedrop import create_app

CONNECTIONS = 256
PEOPLE = 16 * CONNECTIONS  # at least four times as many as connections


@dataclass(frozen=True)
class Options:
    seconds: int
    rounds: int
    rows: int  # of old orders, or of followers
    fault_every: int  # seconds, of the soak; 0 for never


@dataclass(frozen=True)
class Stage:
    database: Database
    people: list[Person]
    options: Options


@contextmanager
def prepared(server_url: str, options: Options) -> Iterator[Stage]:
    """A stage on the server of `server_url`; nothing of it stays."""
    with database.fresh(server_url) as fresh:
        app = create_app(database.settings(fresh.url))
        with step("Signing people in"):
            people = world.people(app, fresh, PEOPLE)
        honest.prepare(fresh)
        yield Stage(fresh, people, options)
