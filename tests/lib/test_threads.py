"""Off the loop and back: also what goes wrong there is only told to who asked."""

import subprocess
import sys

FAILS = """
from gevent import monkey
monkey.patch_all()
from livedrop.lib.threads import OffTheLoop

def refused():
    raise LookupError("a secret place")

try:
    OffTheLoop(1, 0).do(refused)
except LookupError as error:
    print(error)
"""


def said(code):
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return ended.stdout.strip(), ended.stderr


def test_what_fails_there_fails_here_and_prints_nothing():
    assert said(FAILS) == ("a secret place", "")


def test_left_to_the_hub_it_would_be_printed():
    """The control."""
    left = "from livedrop.lib import threads; threads._tried = lambda compute: compute()"
    assert "a secret place" in said(FAILS.replace("\ndef", f"\n{left}\n\ndef", 1))[1]
