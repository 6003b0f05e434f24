"""The commands of `dev.py`: each a short list of what it needs and what it then runs."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from . import (
    addresses,
    browser,
    environment,
    frontend,
    gateway,
    ports,
    postgres,
    processes,
    servers,
    supervisor,
)
from . import audit as materials
from .console import Refusal, say, step
from .paths import BIN, PYTHON, ROOT, data_dir
from .processes import foreground
from .settings import application_env, own_env
from .supervisor import Member, Stack

Args = Sequence[str]
# Three workers for two cores, for a test waits about half its time for a server or a browser. One
# with nothing left takes half of what another still has to do. Each goes by the order of the files,
# since the tests of one often share programs that run.
WORKERS = max(2, (os.cpu_count() or 1) * 3 // 2)
PARALLEL = ("-n", str(WORKERS), "--dist", "worksteal")
TYPED = ("livedrop", "worker.py", "wsgi.py", "dev.py", "deploy", "bench", "tests")


def run(args: Args) -> int:
    """Set up what is missing, then run the shop on embedded servers."""
    parser = argparse.ArgumentParser(prog="dev.py run", description=run.__doc__)
    parser.add_argument(
        "--load-test", action="store_true", help="lift rate limits and per-address caps"
    )
    parser.add_argument(
        "--gateway", action="store_true", help="two web processes behind nginx, as in production"
    )
    told = parser.parse_args(args)
    extra = {"LIVEDROP_LOAD_TEST": "1"} if told.load_test else {}
    shop = _shop(data_dir(), addresses.port(), extra, behind_gateway=told.gateway)
    with suppress(KeyboardInterrupt), shop as (stack, url):
        say(f"LiveDrop is ready: {url}")
        stack.wait()
    return 0


@contextmanager
def _shop(
    data: Path, port: int, extra: Mapping[str, str], *, behind_gateway: bool = False
) -> Iterator[tuple[Stack, str]]:
    """The whole shop with its demo world, answering; the processes and its address."""
    with _servers(data) as given:
        env = application_env(data, given.env, port=port) | dict(extra)
        frontend.ensure()
        with step("Migrating the database"):
            _flask(env, "db", "upgrade")
        with step("Seeding the demo world"):
            _flask(env, "seed")
        with _front(data, port, env) if behind_gateway else nullcontext(Front()) as front:
            stack = Stack(
                ROOT,
                {**env, **front.env, "PROMETHEUS_MULTIPROC_DIR": _counted(data)},
                more=front.programs,
                servers={**given.embedded, **front.servers},
                pids=data / "pids.json",
            )
            with stack:
                url = f"http://127.0.0.1:{port}"
                stack.wait_until_healthy(url)
                yield stack, url


def _counted(data: Path) -> str:
    """Where the processes write down what they count, from nothing each time."""
    place = data / "counted"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return str(place)


@dataclass(frozen=True)
class Front:
    """What stands before the web process of the Procfile, and what that has to know of it."""

    env: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)
    servers: Mapping[str, Member] = field(default_factory=dict)


@contextmanager
def _front(data: Path, port: int, env: Mapping[str, str]) -> Iterator[Front]:
    """A gateway on `port` before two web processes, each a gunicorn of its own with one worker."""
    environment.ensure("servers")
    first, second = (f"127.0.0.1:{ports.pick()}" for _ in range(2))
    told = {"LIVEDROP_BIND": first, "LIVEDROP_PROXIES": "1", "WEB_CONCURRENCY": "1"}
    web = supervisor.read(ROOT / "Procfile")["web"]
    lifted = env.get("LIVEDROP_LOAD_TEST") == "1"
    with gateway.serve([first, second], port, data / "gateway.log", lifted=lifted) as server:
        yield Front(told, {"web-2": f"{web} --bind {second}"}, {"gateway": server})


def test(args: Args) -> int:
    """Run all tests on all cores; arguments go to pytest: -n0 for one at a time."""
    _become_pytest(args, with_browser=True)


def races(args: Args) -> int:
    """Run the tests that race; arguments go to pytest."""
    _become_pytest(["tests/races", *args])


def journeys(args: Args) -> int:
    """Run the tests in a browser; arguments go to pytest."""
    _become_pytest(["tests/journeys", *args], with_browser=True)


def faults(args: Args) -> int:
    """Run races and faults at full length, one at a time, then the soak; arguments go to pytest,
    and with some there is no soak."""
    suites = [suite for suite in ("tests/races", "tests/faults") if (ROOT / suite).exists()]
    _prepare_tests(with_browser=False)
    env = _pytest_env(with_browser=False) | {"LIVEDROP_FULL_FAULTS": "1"}
    failed = foreground(_pytest(["-n0", *suites, *args]), env)
    return failed or (0 if args else soak([]))


def soak(args: Args) -> int:
    """Run the whole shop at a fifth of the load for --minutes (10); nothing may grow.

    With --fault-every MINUTES something goes wrong that often, and comes back.
    """
    parser = argparse.ArgumentParser(prog="dev.py soak", description=soak.__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--fault-every", type=float, default=0, metavar="MINUTES")
    asked = parser.parse_args(args)
    seconds, every = max(1, round(asked.minutes * 60)), round(asked.fault_every * 60)
    return bench(["soak", "--seconds", str(seconds), "--fault-every", str(every)])


def bench(args: Args) -> int:
    """Run the benchmarks on durable servers of their own; arguments go to them."""
    _prepare_tests(with_browser=True)
    counts = {"shared_preload_libraries": "pg_stat_statements"}
    with _servers(data_dir() / "bench", settings=counts) as given:
        env = application_env(data_dir(), given.env)
        return foreground([PYTHON, "-m", "bench", *args], env)


def drill(args: Args) -> int:
    """Lose a server in the middle of a sale, restore it, and write down what that cost."""
    _prepare_tests(with_browser=False)
    return foreground([PYTHON, "-m", "bench.drill", *args], own_env())


def pictures(args: Args) -> int:
    """Take the pictures of the README from a demo world of their own."""
    _prepare_tests(with_browser=True)
    with (
        tempfile.TemporaryDirectory(prefix="livedrop-pictures-") as data,
        _shop(Path(data), ports.pick(), {}) as (_, url),
    ):
        command: list[str | Path] = [PYTHON, "-m", "deploy.local.photographer", url]
        return foreground(command, _pytest_env(with_browser=True))


def lint(args: Args) -> int:
    """Check style and format."""
    environment.ensure("tools")
    found = foreground([BIN / "ruff", "check", *args], own_env())
    return foreground([BIN / "ruff", "format", "--check", *args], own_env()) or found


def fmt(args: Args) -> int:
    """Format, and correct what can be corrected safely."""
    environment.ensure("tools")
    found = foreground([BIN / "ruff", "check", "--fix", *args], own_env())
    return foreground([BIN / "ruff", "format", *args], own_env()) or found


def types(args: Args) -> int:
    """Check the types."""
    environment.ensure("runtime", "test", "tools")
    present = [path for path in TYPED if (ROOT / path).exists()]
    return foreground([BIN / "mypy", *(args or present)], own_env())


def check(args: Args) -> int:
    """All of CI in the same order: lint, types, test."""
    results = [lint([]), types([])]
    _prepare_tests(with_browser=True)
    results.append(foreground(_pytest(args), _pytest_env(with_browser=True)))
    return max(results)


def audit(args: Args) -> int:
    """Check that what is installed is what is locked; write the bill of materials to .data."""
    environment.ensure("runtime", "servers", "test", "tools")
    packages = materials.locked()
    wrong = materials.problems(packages, materials.installed())
    for sentence in wrong:
        say(sentence)
    to = data_dir() / "sbom.cdx.json"
    to.write_text(materials.bill(packages))
    say(f"{len(packages)} packages, each with its hashes, are in {to}.")
    say("Their known weaknesses are not looked up here: pip-audit and npm audit do, online.")
    return 1 if wrong else 0


def seed(args: Args) -> int:
    """Put the demo world into the database; --fresh makes it anew."""
    return _in_application(["seed", *args])


def shell(args: Args) -> int:
    """Open a Python shell with the application."""
    return _in_application(["shell", *args])


def psql(args: Args) -> int:
    """Open psql on the database."""
    environment.ensure("servers")
    with servers.running(data_dir(), join=True) as given:
        parts = urlsplit(given.database_url)
        env = own_env() | {
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port or 5432),
            "PGUSER": unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGDATABASE": parts.path.lstrip("/"),
        }
        return foreground([postgres.client("psql"), *args], env)


_ALL = (
    *(run, test, races, journeys, bench, drill, faults, soak, pictures),
    *(lint, types, fmt, check, audit, seed, shell, psql),
)
COMMANDS: dict[str, Callable[[Args], int]] = {command.__name__: command for command in _ALL}


def main(argv: Args) -> int:
    """Run one command. Whatever could be foreseen ends with one sentence and status 1."""
    parser = argparse.ArgumentParser(prog="dev.py", description="LiveDrop's front door.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, function in COMMANDS.items():
        commands.add_parser(name, help=function.__doc__, add_help=False)
    chosen = parser.parse_args(argv[:1]).command
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return COMMANDS[chosen](argv[1:])
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        print(f"This cannot go on: {about}{error.strerror or error}.", file=sys.stderr)
    return 1


@contextmanager
def _servers(
    data: Path, *, join: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[servers.Servers]:
    """The packages the application needs, and its servers."""
    given = addresses.database() and addresses.redis()
    environment.ensure("runtime", *([] if given else ["servers"]))
    with servers.running(data, join=join, settings=settings) as running:
        yield running


def _in_application(words: Args) -> int:
    data = data_dir()
    with _servers(data, join=True) as given:
        env = application_env(data, given.env)
        return foreground([BIN / "flask", "--app", "wsgi", *words], env)


def _flask(env: Mapping[str, str], *words: str) -> None:
    status, said = processes.run(["flask", "--app", "wsgi", *words], env=env, cwd=ROOT)
    if status:
        say(said.rstrip())
        raise Refusal(f"`flask {' '.join(words)}` failed: what it said is above.")


def _prepare_tests(*, with_browser: bool) -> None:
    environment.ensure("runtime", "servers", "test")
    frontend.ensure()
    if with_browser:
        browser.ensure()


def _pytest_env(*, with_browser: bool) -> dict[str, str]:
    found = browser.find() if with_browser else None
    return own_env() | ({"LIVEDROP_BROWSER": str(found)} if found else {})


def _become_pytest(args: Args, *, with_browser: bool = False) -> NoReturn:
    _prepare_tests(with_browser=with_browser)
    env = _pytest_env(with_browser=with_browser)
    os.chdir(ROOT)
    processes.become(_pytest(args), env)


def _pytest(args: Args) -> list[str | Path]:
    return [PYTHON, "-m", "pytest", *PARALLEL, *args]


def _stop(*_: object) -> NoReturn:
    """SIGTERM and a closed terminal stop us as Ctrl-C does: in order, and without complaint."""
    raise KeyboardInterrupt
