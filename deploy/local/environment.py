"""The virtual environment: made if missing, filled from the locks, redone only when they change."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import processes
from .console import Refusal, step
from .paths import PYTHON, ROOT, VENV

LOCKS = {
    "runtime": "requirements.txt",
    "servers": "requirements-servers.txt",
    "test": "requirements-test.txt",
    "tools": "requirements-tools.txt",
    "node": "requirements-node.txt",
}
STAMP = VENV / "livedrop.json"
LOG = VENV / "install.log"
NO_PIP = (
    "This Python can make no virtual environment with pip in it: "
    "install the python3-venv package (or put uv on PATH), then run this again."
)


def ensure(*names: str) -> None:
    """Have the packages of these locks installed, exactly as locked."""
    with _one_at_a_time():
        stamp = _read_stamp()
        if not stamp or stamp["made by"] != _maker():
            with step("Making the virtual environment"):
                _make(VENV)
            stamp = {"made by": _maker()}
        wanted = current(*names)
        for name in names:
            if stamp.get(name) != wanted[name]:
                with step(f"Installing the {name} packages"):
                    _install(VENV, name)
                stamp[name] = wanted[name]
                STAMP.write_text(json.dumps(stamp, indent=1))


def current(*names: str) -> dict[str, str]:
    """What the stamp says of an environment in which nothing of this is missing."""
    locks = {name: hashlib.sha256((ROOT / LOCKS[name]).read_bytes()).hexdigest() for name in names}
    return {"made by": _maker(), **locks}


@contextmanager
def throw_away(name: str) -> Iterator[Path]:
    """The `bin` of an environment with one lock installed, gone after the block."""
    with tempfile.TemporaryDirectory(prefix="livedrop-") as directory:
        _make(Path(directory))
        _install(Path(directory), name)
        yield Path(directory) / "bin"


def _base_python() -> str:
    """The Python outside of any virtual environment: ours may be about to be replaced."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _maker() -> str:
    """What the environment cannot survive a change of: its Python and its own path."""
    if not PYTHON.exists():
        return ""
    return f"{processes.run([PYTHON, '-I', '-S', '-V'])[1].strip()} in {VENV}"


def _read_stamp() -> dict[str, str]:
    with suppress(OSError, ValueError):
        return dict(json.loads(STAMP.read_text()))
    return {}


def _make(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    if uv := shutil.which("uv"):
        command = [uv, "venv", "--quiet", "--python", _base_python(), str(place)]
        if processes.run(command)[0] == 0:
            return
    if importlib.util.find_spec("venv") is None:
        raise Refusal(NO_PIP)
    # Without pip, because that part fails where ensurepip is missing; see `_installer`.
    status, said = processes.run([_base_python(), "-m", "venv", "--without-pip", place])
    if status:
        raise Refusal(f"The virtual environment {place} cannot be made: {_last_line(said)}.")


def _install(place: Path, name: str) -> None:
    lock = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / LOCKS[name])]
    said = ""
    for installer in _installers(place / "bin" / "python"):
        status, said = processes.run([*installer, *lock], cwd=ROOT)
        if status == 0:
            return
    LOG.write_text(said)
    raise Refusal(
        f"The {name} packages cannot be installed: {_reason(said)} "
        f"(all of it is in {LOG}; is the network there?)."
    )


def _installers(python: Path) -> Iterator[list[str]]:
    """Ways to install, best first; the next is only tried where the one before fails."""
    if uv := shutil.which("uv"):
        yield [uv, "pip", "install", "--python", str(python)]
    options = ["--quiet", "--no-input", "--disable-pip-version-check"]
    if _has(python, "pip") or _bootstrap(python):
        yield [str(python), "-m", "pip", "install", *options]
    elif _has(_base_python(), "pip"):
        yield [_base_python(), "-m", "pip", "--python", str(python), "install", *options]
    elif not uv:
        raise Refusal(NO_PIP)


def _has(python: Path | str, module: str) -> bool:
    return processes.run([python, "-c", f"import {module}"])[0] == 0


def _bootstrap(python: Path) -> bool:
    return processes.run([python, "-m", "ensurepip", "--default-pip"])[0] == 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands at once would install into each other."""
    lock = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _reason(said: str) -> str:
    errors = [line for line in said.splitlines() if line.lower().lstrip().startswith("error")]
    return _last_line("\n".join(errors) or said)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"
