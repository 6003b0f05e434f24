"""The Chromium the journeys drive: the system's, else Playwright's, else brought by apt."""

import os
import shutil
import sys
from pathlib import Path

from . import processes
from .console import Refusal, step
from .paths import PYTHON, data_dir

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> Path | None:
    """The executable, for Playwright's `executable_path`; LIVEDROP_BROWSER overrides."""
    if given := os.environ.get("LIVEDROP_BROWSER"):
        if not os.access(given, os.X_OK):
            raise Refusal(f"LIVEDROP_BROWSER is {given}, which is no program: correct or unset it.")
        return Path(given)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    if sys.platform == "darwin" and MAC.exists():
        return MAC
    return _playwrights_own()


def ensure() -> Path:
    """Like `find`, and if there is none, tries to get one; else a plain sentence."""
    if found := find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        with step("Installing Chromium with apt-get"):
            _apt_get("update")
            _apt_get("install", "-y", "--no-install-recommends", "chromium")
    elif PYTHON.exists():
        with step("Downloading Chromium with Playwright"):
            env = os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(_own_place())}
            processes.run([PYTHON, "-m", "playwright", "install", "chromium"], env=env, timeout=300)
    if found := find():
        return found
    raise Refusal(
        "There is no browser for the journeys: install the chromium package, "
        "or set LIVEDROP_BROWSER to a Chromium you have."
    )


def _own_place() -> Path:
    return Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or data_dir() / "browsers")


def _playwrights_own() -> Path | None:
    places = (_own_place(), Path.home() / ".cache" / "ms-playwright")
    found = [one for place in places for one in place.glob("chromium-*/chrome-linux*/chrome")]
    return max(found, default=None)


def _apt_get(*words: str) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    processes.run(["apt-get", *words], env=env)
