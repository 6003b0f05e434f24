"""`python3 dev.py bench [NAME ...]`: run benchmarks and write what they found."""

import argparse
import os
import sys
from collections.abc import Iterator

from bench import (
    deliveries,
    edge,
    follows,
    history,
    lists,
    live,
    mixed,
    orders,
    pages,
    soak,
    storm,
    told,
    vitals,
)
from bench.report import Section, write
from bench.stage import Options, prepared
from deploy.local.console import Refusal, say

ALL = {
    "orders": (orders.run,),
    "storm": (storm.run,),
    "pages": (pages.run, vitals.run),
    "gateway": (edge.run,),
    "mixed": (mixed.run,),
    "live": (live.run, told.run),
    "history": (history.run,),
    "lists": (lists.run,),
    "follows": (follows.run,),
    "deliveries": (deliveries.run,),
    "soak": (soak.run,),
}
WHENEVER = ("orders", "storm", "pages")  # the others take long and are run when named
SECONDS = {"mixed": 60, "history": 20, "soak": 600}  # of each reading, where four are too few
ROWS = {  # that are there before
    "history": 10_000_000,
    "lists": 10_000_000,
    "follows": 1_000_000,
    "live": 1_000_000,
    "deliveries": 130_000,
}


def main(argv: list[str]) -> int:
    """Run what is named; status 1 when a goal was not met."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument(
        "--seconds", type=int, help="of each reading (4, mixed 60, history 20, soak 600)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of readings")
    parser.add_argument("--rows", type=int, help="old orders, or followers, there before")
    parser.add_argument(
        "--fault-every", type=int, default=0, metavar="SECONDS", help="in the soak; never if unset"
    )
    asked = parser.parse_args(argv)
    unknown = [name for name in asked.names if name not in ALL]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}")
    sections: list[Section] = []
    for name in asked.names or WHENEVER:
        seconds = asked.seconds or SECONDS.get(name, 4)
        rows = asked.rows or ROWS.get(name, 0)
        sections += _run(name, Options(seconds, asked.rounds, rows, asked.fault_every))
    return int(any(not goal.met for section in sections for goal in section.goals))


def _run(name: str, options: Options) -> Iterator[Section]:
    with prepared(os.environ["DATABASE_URL"], options) as stage:
        for measure in ALL[name]:
            section = measure(stage)
            say(f"\n{section}")
            write(section)
            yield section


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
