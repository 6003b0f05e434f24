"""More people than the stage has signed in."""

from bench import database, world
from bench.database import Database
from bench.world import Person
from deploy.local.console import step
from livedrop import create_app


def buyers(where: Database, present: list[Person], count: int) -> list[Person]:
    """So many different people: those `present` in this database, and as many new as it takes."""
    missing = count - len(present)
    if missing <= 0:
        return present[:count]
    with step(f"Signing {missing} more people in"):
        return present + world.people(create_app(database.settings(where.url)), where, missing)
