"""A process goes on whatever its step raises, and ends when it is told to."""

import os
import signal

import pytest

from livedrop.lib import loop
from livedrop.lib.loop import run_until_stopped


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

    run_until_stopped(step, name="test", pause=0)
    return len(answers) - len(left)


def test_it_ends_when_told():
    assert run(1, 0, None) == 3


def test_what_a_step_raises_is_logged_and_ends_nothing(caplog, monkeypatch):
    monkeypatch.setattr(loop, "SHORTEST", 0)
    assert run(ZeroDivisionError("lost"), 1) == 2
    assert "test failed" in caplog.text


def test_a_stop_during_a_failing_step_is_heard():
    def step():
        os.kill(os.getpid(), signal.SIGTERM)
        raise ZeroDivisionError

    run_until_stopped(step, name="test", pause=60)
