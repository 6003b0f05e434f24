"""A program: one more process of the shop, where people buy through its combiner.

Reads a line of JSON, a list of tries, lets all of them ask at the same moment, and answers with a
line: what each was told, as [word, order id or null, replayed].
"""

import json
import sys

from livedrop import create_app
from livedrop.orders.rules import Attempt, Placed
from tests.parallel import together


def main() -> None:
    app = create_app()
    combiner = app.extensions["combiner"]
    say("ready")
    for line in sys.stdin:
        tries = [
            Attempt(
                drop_id=drop_id,
                user_id=user_id,
                sign_in_id=None,
                key=key,
                fingerprint=str(lines),
                lines=tuple((sku_id, quantity) for sku_id, quantity in lines),
            )
            for drop_id, user_id, key, lines in json.loads(line)
        ]
        answers = together(app, [lambda one=one: combiner.place(one) for one in tries])
        say(json.dumps([told(answer) for answer in answers]))


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def told(answer):
    if isinstance(answer, Placed):
        return ["placed", answer.order_id, answer.replayed]
    return [getattr(answer, "code", repr(answer)), None, False]


if __name__ == "__main__":
    main()
