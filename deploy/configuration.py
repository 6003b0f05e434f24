"""The table of every setting, from the code that reads them: `python -m deploy.configuration`.

Its words are the comments beside the fields of `Config`. `docs/configuration.md` is what it prints.
"""

import re
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args, get_origin

from livedrop.config import UNPREFIXED, Config

SOURCE = Path(__file__).parents[1] / "livedrop" / "config.py"
WORDS = {  # of what the fields of that name say without a comment
    "database_url": "where Postgres is: postgresql://user:password@host/database",
    "redis_url": "where Redis is: redis://user:password@host/0",
    "env": "production refuses what is unsafe; development also has /styleguide and /mailbox",
}
AROUND = (
    ("WEB_CONCURRENCY", "2", "workers of one web process, about one for each core"),
    ("LIVEDROP_BIND", "127.0.0.1:8000", "where the web process listens; PORT says the port alone"),
    ("LIVEDROP_DATA", ".data", "where `dev.py` keeps its servers' data; development only"),
    ("PROMETHEUS_MULTIPROC_DIR", "", "where all processes of a machine write what they count"),
)
HEAD = """\
# Settings

Read once, from the environment, when a process starts. One that is unknown, unreadable or unsafe
refuses to start and says which. Made by `python -m deploy.configuration`: do not edit.

| Variable | Default | Meaning |
|---|---|---|"""
REST = """
## Around the application

Read by what starts its processes (`deploy/gunicorn.py`, `dev.py`) and not by itself.

| Variable | Default | Meaning |
|---|---|---|"""


def table() -> str:
    """The whole page."""
    rows = [_row(_variable(one.name), _default(one), _meaning(one)) for one in fields(Config)]
    around = [
        _row(name, f"`{default}`" if default else "", words) for name, default, words in AROUND
    ]
    return "\n".join([HEAD, *rows, REST, *around, ""])


def _variable(name: str) -> str:
    return name.upper() if name in UNPREFIXED else f"LIVEDROP_{name.upper()}"


def _default(one: Any) -> str:
    if one.default is MISSING:
        return "*needed*"
    default = int(one.default) if isinstance(one.default, bool) else one.default
    return "" if default == "" else f"`{default}`"


def _meaning(one: Any) -> str:
    beside = re.search(rf"^    {one.name}: [^#\n]*#\s*(.+)$", SOURCE.read_text(), re.MULTILINE)
    words = WORDS.get(one.name) or (beside[1] if beside else "")
    if get_origin(one.type) is not None:
        words = f"{', '.join(f'`{word}`' for word in get_args(one.type))}: {words}"
    return words


def _row(name: str, default: str, words: str) -> str:
    escaped = words.replace("|", "\\|").replace("<", "&lt;")
    return f"| `{name}` | {default} | {escaped} |"


if __name__ == "__main__":
    sys.stdout.write(table())
