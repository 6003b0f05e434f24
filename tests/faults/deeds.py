"""A program that does what the shop does, in a process of its own that may be killed doing it.

Reads a line of JSON: what to do, how to fail where, and which guard to leave out. Each is done by
a fork; the answer is its exit status, -9 for a kill.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID

from livedrop import create_app
from livedrop.lib import failpoints
from livedrop.lib.errors import DomainError
from livedrop.orders import commands
from livedrop.orders.rules import Attempt
from tests.faults import twins

COMMANDS: dict[str, Callable[..., Any]] = {
    "begin_payment": commands.begin_payment,
    "cancel": commands.cancel,
    "clean_up": commands.clean_up_cancelled_drop,
    "lapse": commands.lapse_due,
    "refund": commands.refund,
    "settle": commands.settle,
}


def do(deed, told):
    """Do it; a no because it was done before is an answer, too."""
    if deed == "place":
        commands.place_all([attempt(**told)])
        return
    values = {name: UUID(value) if is_uuid(value) else value for name, value in told.items()}
    try:
        COMMANDS[deed](**values)
    except DomainError:
        return


def attempt(*, drop_id, user_id, sku_id, key):
    lines = ((sku_id, 1),)
    return Attempt(
        drop_id=drop_id, user_id=user_id, sign_in_id=None, key=key, fingerprint="", lines=lines
    )


def is_uuid(value):
    return isinstance(value, str) and len(value) == 36


def main() -> None:
    app = create_app()
    say("ready")
    for line in sys.stdin:
        wish = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(in_a_fork(app, **wish))
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def in_a_fork(app, deed, told, fault, twin):
    try:
        with app.app_context():
            if twin:
                getattr(twins, twin)()
            failpoints.arm(fault)
            do(deed, told)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
