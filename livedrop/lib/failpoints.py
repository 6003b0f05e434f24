"""Named places where a fault can be injected, so that a test can kill a process exactly there.

A failpoint does nothing unless `LIVEDROP_FAILPOINTS` names it, as `name=action` pairs joined by
commas; `Config` refuses that variable outside tests. Actions: `kill` (SIGKILL to this process),
`stop` (SIGSTOP), `raise`, `sleep:<seconds>`. A name may be followed by `:<n>` to act at the
n-th passage only (`mid_chunk:2=kill`), an action by `@<file>`: it waits until that file is there,
and whoever passes next takes the file away and acts, so that of many processes one acts once.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path

_armed: dict[str, str] = {}
_passed: Counter[str] = Counter()


class Injected(Exception):
    """What a failpoint raises."""


def arm(setting: str) -> None:
    """Replace what is armed by `setting`, in the form of `LIVEDROP_FAILPOINTS`."""
    _armed.clear()
    _passed.clear()
    for pair in filter(None, setting.split(",")):
        name, _, action = pair.partition("=")
        _armed[name] = action


def reach(name: str) -> None:
    """Pass a failpoint; free when nothing is armed."""
    if not _armed:
        return
    _passed[name] += 1
    action = _armed.get(name) or _armed.get(f"{name}:{_passed[name]}")
    if action:
        action, _, file = action.partition("@")
        if not file or _taken(Path(file)):
            _act(action, name)


def _taken(file: Path) -> bool:
    """Whether the file was there for us: of all who try one succeeds."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True


def _act(action: str, name: str) -> None:
    verb, _, argument = action.partition(":")
    if verb == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif verb == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif verb == "sleep":
        time.sleep(float(argument))
    elif verb == "raise":
        raise Injected(name)
    else:
        raise ValueError(f"no such failpoint action: {action}")
