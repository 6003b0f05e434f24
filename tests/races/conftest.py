"""Races: several processes, threads that meet at a barrier, and a shop without guards."""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from livedrop.config import Config
from livedrop.extensions import db
from livedrop.orders.rules import Attempt
from tests import invariants
from tests.databases import Server
from tests.programs import HOME, environment

PROCESSES = 3


class Processes:
    """Processes of the shop, where people buy at the same moment."""

    def __init__(self, programs: Sequence["subprocess.Popen[str]"]) -> None:
        self.programs = programs

    def ask(self, tries: Sequence[Attempt]) -> list[tuple[str, str | None, bool]]:
        """What each is told, as (word, order id, replayed), in the order of the tries."""
        shares = [tries[n :: len(self.programs)] for n in range(len(self.programs))]
        for program, share in zip(self.programs, shares, strict=True):
            said = [(one.drop_id, one.user_id, one.key, one.lines) for one in share]
            say(program, json.dumps(said))
        answers = [deque(json.loads(hear(program))) for program in self.programs]
        return [tuple(answers[n % len(answers)].popleft()) for n in range(len(tries))]


def say(program: "subprocess.Popen[str]", line: str) -> None:
    assert program.stdin
    program.stdin.write(f"{line}\n")
    program.stdin.flush()


def hear(program: "subprocess.Popen[str]") -> str:
    assert program.stdout
    return program.stdout.readline()


@pytest.fixture(scope="module")
def processes(config: Config) -> Iterator[Processes]:
    with ExitStack() as stack:
        programs = []
        for _ in range(PROCESSES):
            program = subprocess.Popen(
                (sys.executable, "-m", "tests.races.buyers"),
                cwd=HOME,
                # With the latch, as it is in production: eventyay 1378 had a fast path "for
                # performance", on which the lock was skipped.
                env=environment(config, order_deadline_seconds=20.0, latch_seconds=0.25),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(program.wait)
            stack.callback(program.kill)
            programs.append(program)
        assert {hear(program) for program in programs} == {"ready\n"}
        yield Processes(programs)


@pytest.fixture
def unguarded(make_app: Any, postgres: Server, migrated: str) -> Iterator[Flask]:
    """A shop whose database forgot what it should refuse; its context is open."""
    with postgres.database(template=migrated) as name:
        app: Flask = make_app(database_url=postgres.url(name))
        with app.app_context():
            for forgets in (
                "ALTER TABLE stock DROP CONSTRAINT ck_stock_claimed_within_declared",
                "ALTER TABLE idempotency_keys DROP CONSTRAINT pk_idempotency_keys",
                "DROP INDEX uq_order_refunds_payment",
            ):
                with db.engine.begin() as connection:
                    connection.execute(text(forgets))
            yield app
            db.session.remove()


@pytest.fixture(autouse=True)
def _the_books_are_in_order(app: Flask) -> Iterator[None]:
    yield
    assert invariants.broken() == []
