"""Front-end packages: checked against the lock by npm; what pages use goes to static/vendor.

Of the fonts that is the Latin part alone, of the icons those that a page shows, in one file.
"""

import hashlib
import os
import re
import shutil
from contextlib import nullcontext
from pathlib import Path

from . import environment, processes
from .console import Refusal, step
from .paths import ROOT

VENDOR = ROOT / "static" / "vendor"
STAMP = ROOT / "node_modules" / ".livedrop"
FONTS = "@fontsource-variable/{0}/files/{0}-latin-wght-normal.woff2"
FILES = {  # only what a page asks for
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "uplot.min.css": "uplot/dist/uPlot.min.css",
    "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
    "instrument-sans.woff2": FONTS.format("instrument-sans"),
    "familjen-grotesk.woff2": FONTS.format("familjen-grotesk"),
}
ICONS = (
    "arrow-right",
    "arrow-path",
    "bell",
    "calendar-days",
    "check",
    "check-badge",
    "check-circle",
    "clock",
    "cog-6-tooth",
    "computer-desktop",
    "cube",
    "device-phone-mobile",
    "envelope",
    "exclamation-triangle",
    "information-circle",
    "key",
    "lock-closed",
    "map-pin",
    "no-symbol",
    "pause-circle",
    "pencil",
    "plus",
    "receipt-refund",
    "shopping-bag",
    "signal",
    "squares-2x2",
    "trash",
    "truck",
    "user",
    "user-group",
    "x-circle",
)
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]


def ensure() -> None:
    """Have the files in place; asks npm only when the lock changed or a file is missing."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != lock:
        with step("Installing the front-end packages"):
            _install()
        STAMP.write_text(lock)
    for name, source in FILES.items():
        _put((ROOT / "node_modules" / source).read_bytes(), VENDOR / name)
    _put(_icons().encode(), VENDOR / "icons.svg")


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


def _icons() -> str:
    """A sheet of the icons, each a symbol of its name; they are drawn in the colour of the text."""
    drawn = ROOT / "node_modules" / "heroicons" / "24" / "outline"
    symbols = (_symbol(name, (drawn / f"{name}.svg").read_text()) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _symbol(name: str, svg: str) -> str:
    paths = "".join(re.findall(r"<path[^>]*/>", svg))
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-width="1.5">{paths}</symbol>'
    )


def _put(content: bytes, target: Path) -> None:
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)
