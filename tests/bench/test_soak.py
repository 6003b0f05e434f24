"""The soak's rule tells a process that keeps a little each time from one that does not."""

import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench import faults, flat, soak
from bench.flat import Growth, Reading, Weight
from bench.open import Answers
from deploy.local.console import Refusal

STEPS = 60
# Does the same at every line it is sent; the leaking twin keeps some of it.
WORKER = """
import socket, sys
port, leaks, kept = int(sys.argv[1]), sys.argv[2] == "leaks", []
for _ in sys.stdin:
    work = [b"x" * 400_000, open("/dev/null"), socket.create_connection(("127.0.0.1", port))]
    for one in [] if leaks else work[1:]:
        one.close()
    kept += work if leaks else []
    print(flush=True)
"""


@pytest.fixture
def judged() -> Callable[[str], dict[str, Growth]]:
    """What the rule says of a worker that does its work again and again, by what is looked at."""

    def judge(how: str) -> dict[str, Growth]:
        with socket.create_server(("127.0.0.1", 0), backlog=2 * STEPS) as database:
            port = database.getsockname()[1]
            command = [sys.executable, "-c", WORKER, str(port), how]
            with subprocess.Popen(
                command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            ) as worker:
                readings = [_step(worker, port) for _ in range(STEPS)]
                worker.stdin.close()
        return {one.what: one for one in flat.growth(readings)}

    return judge


def _step(worker: "subprocess.Popen[bytes]", port: int) -> Reading:
    worker.stdin.write(b"\n")
    worker.stdout.readline()
    return flat.read(worker.pid, port)


def test_who_keeps_nothing_is_flat(judged):
    assert all(one.flat for one in judged("works").values())


def test_a_leaking_twin_is_found_by_each_figure(judged):
    found = judged("leaks")
    assert not any(one.flat for one in found.values())
    assert found["connections"].grown == pytest.approx(STEPS * 2 / 3, rel=0.2)


def test_a_process_that_fills_up_and_then_stays_is_flat():
    filling = [Reading(at, min(300, 100 + 20 * at), 50, min(12, at)) for at in range(60)]
    assert all(one.flat for one in flat.growth(filling))


def test_a_peak_that_passes_is_no_growth():
    readings = [Reading(at, 100 if at < 50 else 900, 50, 8) for at in range(60)]
    assert all(one.flat for one in flat.growth(readings))


def test_a_table_that_swells_is_found():
    assert not flat.growth([Weight(at, 10 + at * 0.1) for at in range(60)])[0].flat
    assert flat.growth([Weight(at, 10 + at % 2 * 0.1) for at in range(60)])[0].flat


def test_a_leak_is_found_though_its_process_is_started_again():
    """F55: all in all nothing grows, which is why each life is looked at, too."""
    leaking = [Reading(at, 150 + at % 40, 6, 1, frozenset({at // 40})) for at in range(400)]
    assert flat.growth(leaking)[0].flat
    assert not flat.of_process(leaking)[0].flat


def test_who_fills_up_again_in_each_life_is_flat():
    filling = [
        Reading(at, min(150, 100 + 5 * (at % 40)), 6, 1, frozenset({at // 40})) for at in range(400)
    ]
    assert all(one.flat for one in flat.of_process(filling))


def test_what_grows_from_life_to_life_is_found():
    heirs = [Reading(at, 150 + at // 40 * 5, 6, 1, frozenset({at // 40})) for at in range(400)]
    assert not flat.of_process(heirs)[0].flat


def test_to_try_again_is_no_answer_before_anything_happens():
    deeds = soak.Deeds(fault_at=100.0)
    after = Answers({"503": [5.0, 700.0]}, {"503": (101.0, 104.0)}, [], 0, soak.AGAIN)
    soak.note([after], deeds)
    assert (deeds.again, deeds.again_until, deeds.waited, deeds.wrong) == (2, 4.0, 0.7, [])
    soak.note([replace(after, moments={"503": (99.0, 104.0)})], deeds)
    assert len(deeds.wrong) == 1


def test_calm_comes_before_every_fault_and_at_the_end():
    """F55"""
    parts = list(soak.plan(900, 300))
    assert [length for length, _ in parts] == [268, 32, 268, 32, 268, 32, 30]
    assert [fault for _, fault in parts if fault] == list(faults.ALL[:3])
    assert list(soak.plan(600, 0)) == [(600, None)]
    with pytest.raises(Refusal):
        list(soak.plan(600, soak.SHAKEN))
