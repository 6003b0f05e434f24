"""What programs are told through their environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from . import store
from .paths import BIN, VENV


def own_env() -> dict[str, str]:
    """Our environment, with what we installed first on PATH."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | {"PATH": path, "VIRTUAL_ENV": str(VENV)}


def application_env(data: Path, given: Mapping[str, str], *, port: int = 8000) -> dict[str, str]:
    """What the application's processes are told: `given` (the servers' addresses) wins, then what
    the environment says, then what development needs. The secret key is made once and kept."""
    ours = {
        "LIVEDROP_ENV": "development",
        "LIVEDROP_LOG": "words",
        "LIVEDROP_URL": f"http://127.0.0.1:{port}",
        "LIVEDROP_MEDIA": str(data / "media"),
        "LIVEDROP_MAILBOX": str(data / "mailbox"),
        "SECRET_KEY": store.secret(data / "secret.key"),
    }
    fixed = {"PORT": str(port), "LIVEDROP_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    return ours | own_env() | fixed | dict(given)
