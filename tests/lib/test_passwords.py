"""Hashing: strong, bounded, and off the event loop."""

import subprocess
import sys

import pytest

from livedrop.lib import passwords
from livedrop.lib.errors import Unavailable
from livedrop.lib.threads import OffTheLoop

LOOP_GOES_ON = """
from gevent import monkey
monkey.patch_all()
import gevent
from livedrop.lib import passwords

turns, hashing = 0, True

def turn():
    global turns
    while hashing:
        turns += 1
        gevent.sleep(0)

other = gevent.spawn(turn)
hashed = {hash}
hashing = False
other.join()
print(turns)
"""


def turns_while(hashing: str) -> int:
    """How often another greenlet had its turn while a password was hashed."""
    code = LOOP_GOES_ON.format(hash=hashing)
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)


def test_hashes_are_argon2id_as_strong_as_owasp_asks():
    """S01"""
    assert passwords.hash_password("secret").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_other_greenlets_go_on_while_a_password_is_hashed():
    """S01"""
    assert turns_while("passwords.hash_password('x')") > 5


def test_without_the_thread_pool_they_would_stand_still():
    assert turns_while("passwords.hasher.hash('x')") <= 1


def test_a_password_is_not_cut_off():
    """S02: the 128th character counts."""
    stored = passwords.hash_password("x" * 127 + "a")
    assert passwords.matches(stored, "x" * 127 + "a")
    assert not passwords.matches(stored, "x" * 127 + "b")


def test_nobodys_hash_matches_nothing():
    assert not passwords.matches(None, "nobody's password")


def test_who_would_wait_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(passwords, "hashing", OffTheLoop(at_once=1, waiting=0))

    def meanwhile() -> None:
        with pytest.raises(Unavailable):
            passwords.hash_password("x")

    passwords.hashing.do(meanwhile)
    assert passwords.hash_password("x")
