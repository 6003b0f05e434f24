"""Front-end packages: checked against the lock by npm; what pages use goes to static/vendor."""

import hashlib
import os
import shutil
from contextlib import nullcontext
from pathlib import Path

from . import environment, processes
from .console import Refusal, step
from .paths import ROOT

VENDOR = ROOT / "static" / "vendor"
STAMP = ROOT / "node_modules" / ".livedrop"
FILES = {"htmx.min.js": "htmx.org/dist/htmx.min.js"}  # only what a page asks for
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]


def ensure() -> None:
    """Have the files in place; asks npm only when the lock changed or a file is missing."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != lock:
        with step("Installing the front-end packages"):
            _install()
        STAMP.write_text(lock)
    for name, source in FILES.items():
        _copy(ROOT / "node_modules" / source, VENDOR / name)


def _install() -> None:
    # A Node.js from the wheel is big and needed for seconds, so it does not stay.
    found = shutil.which("npm") and shutil.which("node")
    with nullcontext() if found else environment.throw_away("node") as brought:
        path = os.environ.get("PATH", os.defpath)
        env = os.environ | {"PATH": f"{brought}{os.pathsep}{path}" if brought else path}
        status, said = processes.run(NPM_CI, env=env, cwd=ROOT)
    if status:
        errors = [line for line in said.splitlines() if "error" in line.lower()] or [said.strip()]
        raise Refusal(
            f"The front-end packages cannot be installed: {errors[0].strip()} "
            "(is the network there? otherwise install Node.js with npm)."
        )


def _copy(source: Path, target: Path) -> None:
    if target.exists() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, draft)
    draft.replace(target)
