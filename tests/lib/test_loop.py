"""A process goes on whatever its step raises, and ends when it is told to."""

import os
import signal

import pytest

from livedrop.lib.loop import Chore, run_until_stopped


@pytest.fixture(autouse=True)
def _signals_come_back():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def run(*answers):
    """Let a step give these answers, then ask it to stop; how often it ran."""
    left = list(answers)

    def step():
        if not left:
            os.kill(os.getpid(), signal.SIGTERM)
            return None
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    run_until_stopped([Chore("test", step, pause=0)])
    return len(answers) - len(left)


def test_it_ends_when_told():
    assert run(1, 0, None) == 3


def test_what_a_step_raises_is_logged_and_ends_nothing(caplog):
    assert run(ZeroDivisionError("lost"), 1) == 2
    assert "test failed" in caplog.text


def test_a_stop_during_a_failing_step_is_heard():
    def step():
        os.kill(os.getpid(), signal.SIGTERM)
        raise ZeroDivisionError

    run_until_stopped([Chore("test", step, pause=60)])


def test_a_chore_that_fails_keeps_no_other_from_its_turn():
    turns = []

    def fail():
        raise ZeroDivisionError

    def go_on():
        turns.append(1)
        if len(turns) == 5:
            os.kill(os.getpid(), signal.SIGTERM)

    run_until_stopped([Chore("fails", fail, pause=0), Chore("goes on", go_on, pause=0)])
    assert len(turns) == 5


def test_a_chore_that_fails_rests_longer_each_time_up_to_a_bound():
    def fail():
        raise ZeroDivisionError

    chore, rests = Chore("fails", fail, pause=0), []
    for _ in range(6):
        rests.append(chore.rest)
        chore.do()
    assert rests == [0.25, 0.5, 1, 2, 4, 5]


def test_a_chore_that_found_nothing_waits_for_its_time():
    nothing, something = (Chore("x", lambda found=found: found, pause=60) for found in (0, 1))
    nothing.do()
    something.do()
    assert nothing.due_at - something.due_at > 50
