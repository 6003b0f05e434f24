"""Where things are: the checkout, its virtual environment, the data directory."""

import os
import sys
from pathlib import Path

from .console import Refusal

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"


def data_dir() -> Path:
    """LIVEDROP_DATA, or `.data` in the checkout; made if missing, and certainly writable."""
    path = Path(os.environ.get("LIVEDROP_DATA") or ROOT / ".data").absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refusal(
            f"The data directory {path} cannot be written ({error.strerror}): "
            "set LIVEDROP_DATA to a directory you own."
        ) from None
    return path


def site_packages() -> list[Path]:
    """Where installed packages may lie: our environment's first, then this Python's own."""
    ours = sorted(VENV.glob("lib/python*/site-packages"))
    return ours + [Path(entry) for entry in sys.path if entry.endswith("-packages")]
