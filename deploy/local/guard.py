"""Ends what its parent started, once the parent is gone.

Asking the kernel for a signal at the parent's death reaches children, not grandchildren, and only
on Linux. So one guard per parent reads "+session signal" and "-session" lines; when the pipe
closes, however the parent ended, it signals every session still listed, waits a little for those
that asked for a gentler signal than SIGKILL, then kills what is left.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE = 6.0


def members(session: int) -> list[int]:
    """The live processes of a session, even those that left the group of their leader."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found


def signal_session(session: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(session, number)
    for pid in members(session) if number == signal.SIGKILL else []:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def alive(session: int) -> bool:
    if Path("/proc/self/stat").exists():
        return bool(members(session))
    try:
        os.killpg(session, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sessions: dict[int, int] = {}
    for line in sys.stdin:
        words = [int(word) for word in line[1:].split()]
        if line[0] == "+":
            sessions[words[0]] = words[1]
        else:
            sessions.pop(words[0], None)
    for session, farewell in sessions.items():
        signal_session(session, farewell)
    deadline = time.monotonic() + GRACE
    while any(map(alive, sessions)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for session in sessions:
        signal_session(session, signal.SIGKILL)


if __name__ == "__main__":
    main()
