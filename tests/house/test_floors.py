"""One direction: nobody imports upwards, and what has one place is found in that place only."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "livedrop"
FLOORS = {
    "config": 0,
    "extensions": 0,
    "lib": 1,
    "artwork": 2,
    "outbox": 2,
    "idempotency": 2,
    "audit": 2.5,
    "accounts": 3,
    "media": 3,
    "grants": 3.5,
    "creators": 4,
    "products": 5,
    "inventory": 5,
    "follows": 5,
    "payments": 5,
    "waitlist": 5,
    "drops": 6,
    "orders": 7,
    "insights": 8,
    "notifications": 8,
    "deliveries": 8.5,
    "privacy": 8.7,
    "web": 9,
    "wiring": 10,
    "reconcile": 10,
    "seed": 10,
    "upkeep": 10,
    "cli": 10,
    "__init__": 10,
    "models": 10,
}
# Commits its own work; every other write is a command.
OPENS_TRANSACTIONS = {"outbox/relay.py"}


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the house by its path, such as `inventory/stock.py`."""
    return {
        path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text())
        for path in sorted(HOUSE.rglob("*.py"))
    }


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module or name that is imported, in full: `livedrop.lib.db.Tx`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where they lead"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: str) -> str:
    return path.split("/")[0].removesuffix(".py")


def climbs(path: str, tree: ast.Module) -> Iterator[str]:
    """Imports that lead upwards, or sideways between strangers on one floor."""
    here = room(path)
    for name in imports(tree):
        if name.startswith("livedrop."):
            there = name.split(".")[1]
            there = there if there in FLOORS else "__init__"
            higher = FLOORS[there] > FLOORS[here]
            if higher or (FLOORS[there] == FLOORS[here] < 10 and there != here):
                yield f"{path} imports {name}"


@pytest.mark.parametrize(("path", "tree"), sources().items())
def test_nobody_imports_upwards(path, tree):
    assert room(path) in FLOORS, "a new room needs a floor"
    assert not list(climbs(path, tree))


def test_an_import_upwards_is_seen():
    upwards = ast.parse("from livedrop.orders.commands import place_all")
    assert list(climbs("drops/commands.py", upwards))
    assert list(climbs("inventory/stock.py", ast.parse("import livedrop.products.models")))
    assert list(climbs("lib/db.py", ast.parse("from livedrop import create_app")))


def is_commands(path: str) -> bool:
    return path.endswith("/commands.py") or "/commands/" in path


def test_only_commands_open_transactions():
    users = {
        path for path, tree in sources().items() if "livedrop.lib.db.transaction" in imports(tree)
    }
    assert {path for path in users if not is_commands(path)} <= OPENS_TRANSACTIONS


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("rq", "lib/queue.py"),
        ("argon2", "lib/passwords.py"),
        ("limits", "lib/ratelimit.py"),
        ("flask_login", "web/session.py"),
        ("smtplib", "lib/mail.py"),
        ("flask_sock", "extensions.py"),
        ("simple_websocket", "web/live/socket.py"),
        ("wsproto", "web/live/line.py"),
    ],
)
def test_a_package_is_known_in_one_file(package, home):
    users = {
        path
        for path, tree in sources().items()
        if any(name.split(".")[0] == package for name in imports(tree))
    }
    assert users <= {home, "extensions.py"}


def test_headers_of_htmx_are_known_in_one_file():
    users = {path for path in sources() if '"HX-' in (HOUSE / path).read_text()}
    assert users <= {"lib/htmx.py"}


def test_rooms_know_no_http():
    """What asks, and what is answered, is the doors' business."""
    web = {"flask.request", "flask.session", "flask.render_template", "flask.redirect", "flask.g"}
    told = {
        path: web & set(imports(tree))
        for path, tree in sources().items()
        if FLOORS[room(path)] not in {1, 9}
    }
    assert not {path: names for path, names in told.items() if names}


def test_doors_know_no_sql():
    """Views ask queries: no statement is written in a door."""
    asking = {
        path
        for path, tree in sources().items()
        if room(path) == "web" and any(name.startswith("sqlalchemy") for name in imports(tree))
    }
    assert asking <= {"web/errors.py"}  # which tells a lost database from a bug


def test_an_application_is_built_from_its_parts_only():
    """A package of its own would be a second way in; the list of rooms is the list of floors."""
    there = {path.stem for path in HOUSE.iterdir() if path.name != "__pycache__"}
    assert there <= FLOORS.keys()
