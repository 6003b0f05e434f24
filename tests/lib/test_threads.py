"""A real thread goes on while greenlets keep the loop to themselves."""

import subprocess
import sys

import pytest

from livedrop.lib.threads import is_off_the_loop, off_the_loop

# A greenlet that never gives way waits for a word from what was asked to work meanwhile.
PROGRAM = """
from gevent import monkey, spawn
monkey.patch_all()
import time
from livedrop.lib.threads import is_off_the_loop, off_the_loop

heard = []

def speak():
    time.sleep(0.01)
    heard.append(is_off_the_loop())

speaker = spawn({start})
time.sleep(0)
end = time.monotonic() + 2
while not heard and time.monotonic() < end:
    pass
print(heard)
"""


@pytest.mark.parametrize(
    ("start", "heard"),
    [("lambda: off_the_loop(speak)", "[True]"), ("speak", "[]")],
    ids=["off the loop", "as a greenlet"],
)
def test_work_goes_on_beside_a_busy_loop_only_in_a_real_thread(start, heard):
    program = [sys.executable, "-c", PROGRAM.format(start=start)]
    said = subprocess.run(program, capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == heard


def test_where_threads_are_real_work_is_simply_done():
    assert off_the_loop(is_off_the_loop) is False
