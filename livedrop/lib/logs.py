"""How every process writes down what happens: one line each, JSON for machines or words for people.

No line holds personal data: addresses of mails are masked, of networks only the beginning is
written, what the database quotes is left out, and of a crash the places are told and no values.
Standard library only: gunicorn reads this file before anything of ours may be imported.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from traceback import extract_tb
from typing import Any, TextIO

REQUEST: ContextVar[str] = ContextVar("request", default="")  # the id of the one that is answered

requests = logging.getLogger("livedrop.requests")

ADDRESS = re.compile(r"[^\s@<>\"'(=:,;]+@[^\s@<>\"'),;]+")
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
encode = json.JSONEncoder(separators=(",", ":")).encode
FRAMES = 12  # places of a crash that are told, the innermost ones
# What the database says of these is about values: they do not fit, or stand in somebody's way.
ABOUT_VALUES = ("22", "23")


def begin(form: str, process: str, to: TextIO | None = None) -> None:
    """Let this process write so from now on, and everything in it that logs; usually to stderr."""
    end()
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(formatter(form, process))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in ("livedrop", "gunicorn", "alembic"):
        logging.getLogger(name).setLevel(logging.INFO)


def end() -> None:
    """Let it write so no longer."""
    for handler, _ in _ours():
        logging.getLogger().removeHandler(handler)


def rename(process: str) -> None:
    """This process turned out to be that one."""
    for _, lines in _ours():
        lines.process = process


def _ours() -> "list[tuple[logging.Handler, Lines]]":
    found = ((one, one.formatter) for one in logging.getLogger().handlers)
    return [(one, lines) for one, lines in found if isinstance(lines, Lines)]


def formatter(form: str, process: str) -> "Lines":
    return (Json if form == "json" else Words)(process)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """Write down a request that was answered; it has no address, only the pattern it fits."""
    if requests.isEnabledFor(logging.INFO):
        # Made here: to look for who calls takes as long as all the rest.
        record = logging.LogRecord(requests.name, logging.INFO, "", 0, "answered", None, None)
        record.facts = {
            "method": method,
            "route": route,
            "status": status,
            "seconds": round(seconds, 4),
        }
        requests.handle(record)


def network(address: str | None) -> str:
    """Where somebody calls from, as exactly as a log may know: of a home, not of a person."""
    try:
        long = ip_address(address or "")
    except ValueError:
        return "nowhere"
    return str(ip_network(f"{long}/{24 if long.version == 4 else 48}", strict=False))


class Lines(logging.Formatter):
    """A record as one line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process


class Json(Lines):
    """One object: `at` (UTC), `level`, `process`, `pid`, `by` (which part), `said`; where there is
    one the id of the `request` under way, of a finished one its facts, and of a crash the `error`.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": f"{_second(int(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "process": self.process,
            "pid": record.process,
            "by": record.name,
            "said": said(record),
        }
        if name := REQUEST.get():
            line["request"] = name
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = crash(record.exc_info[1])
        return encode(line)


class Words(Lines):
    """For who develops: the same, to be read."""

    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", None)
        if facts:
            answered = f"{facts['method']} {facts['route']} {facts['status']}"
            return f"{answered} in {facts['seconds'] * 1000:.0f} ms"
        line = f"{record.levelname} {record.name}: {said(record)}"
        if not record.exc_info or not record.exc_info[1]:
            return line
        error = crash(record.exc_info[1])
        return "\n".join([line, f"  {error['kind']}: {error['said']}", *map(_in, error["places"])])


def said(record: logging.LogRecord) -> str:
    words = record.getMessage()
    return ADDRESS.sub("<address>", words) if "@" in words else words


def crash(error: BaseException) -> dict[str, Any]:
    """What happened and where: nothing of what a database quotes, nor of what was handed over."""
    frames = extract_tb(error.__traceback__)[-FRAMES:]
    return {
        "kind": type(error).__name__,
        "said": _of(error),
        "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _of(error: BaseException) -> str:
    state = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
    if state.startswith(ABOUT_VALUES):
        return f"SQLSTATE {state}"
    first = str(error).partition("\n")[0]
    # A name in quotes that stands in code is no value; a text somebody typed may be.
    masked = QUOTED.sub("<value>", first) if isinstance(error, ValueError) else first
    return ADDRESS.sub("<address>", masked)


def _in(place: str) -> str:
    return f"    {place}"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
