"""Faults happen where and when they were asked for, and nowhere else."""

import pytest

from livedrop.config import Config, ConfigError
from livedrop.lib import failpoints


@pytest.fixture(autouse=True)
def _disarmed():
    yield
    failpoints.arm("")


def happens(name):
    try:
        failpoints.reach(name)
    except failpoints.Injected:
        return True
    return False


def test_nothing_happens_unless_it_was_asked_for():
    assert not happens("here")
    failpoints.arm("there=raise")
    assert [happens("here"), happens("there")] == [False, True]


def test_at_the_passage_that_was_asked_for():
    failpoints.arm("here:2=raise")
    assert [happens("here") for _ in range(3)] == [False, True, False]


def test_once_for_each_time_the_file_is_there(tmp_path):
    file = tmp_path / "now"
    failpoints.arm(f"here=raise@{file}")
    assert not happens("here")
    file.touch()
    assert [happens("here") for _ in range(2)] == [True, False]


def test_an_action_that_does_not_exist_is_said_to_be_none():
    failpoints.arm("here=explode")
    with pytest.raises(ValueError, match="no such failpoint action: explode"):
        failpoints.reach("here")


def test_production_starts_with_no_faults():
    with pytest.raises(ConfigError, match="not in production"):
        Config(
            database_url="postgresql://x/x",
            redis_url="redis://x",
            secret_key="k" * 32,
            failpoints="before_commit=kill",
        )
