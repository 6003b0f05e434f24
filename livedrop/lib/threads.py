"""Work for a real thread, where gevent has made greenlets of all that call themselves threads.

Greenlets take turns: one that waits for an answer of the database goes on when all others that
could have gone on meanwhile have had theirs, which under load is tens of milliseconds. A real
thread goes on at once. It shares nothing with greenlets that has a lock, or they would wait again.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

Result = TypeVar("Result")

# How long a thread that wants to go on may be kept from Python, in seconds. The usual 5 ms, after
# each of its statements, would be most of a batch's time.
TURN = 0.0005

_apart: ContextVar[bool] = ContextVar("apart", default=False)


def off_the_loop(work: Callable[[], Result]) -> Result:
    """Do `work` in a real thread while greenlets go on; where there are none, simply do it."""
    if not is_module_patched("threading"):
        return work()
    sys.setswitchinterval(TURN)
    result: Result = get_hub().threadpool.apply(_do, (work,))
    return result


def is_off_the_loop() -> bool:
    """Whether this is such a thread."""
    return _apart.get()


def _do(work: Callable[[], Result]) -> Result:
    token = _apart.set(True)
    try:
        return work()
    finally:
        _apart.reset(token)
