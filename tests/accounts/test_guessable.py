"""Passwords that are tried first are nobody's (S03)."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from livedrop.accounts import guessable, rules
from livedrop.accounts.commands import change_password, reset_password, sign_up, write_reset
from livedrop.lib.errors import Invalid
from livedrop.lib.passwords import SHORTEST
from tests.factories import PASSWORD

EVE = {"email": "eve.adams@example.com", "handle": "eve_adams", "display_name": "Eve Adams"}
GUESSED = ["password", "1qaz2wsx", "TrustNo1", "LiveDrop", "livedroplivedrop", "eve_adams"]
GUESSED += ["Eve.Adams", "eve.adams@example.com", "EVE ADAMS"]


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_not_taken(app, password):
    with pytest.raises(Invalid) as no:
        sign_up(**EVE, password=password)
    assert "tried first" in no.value.errors["password"]


@pytest.mark.parametrize("password", GUESSED)
def test_without_the_list_it_would_be(app, password, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(rules, "is_guessable", lambda password, about: False)
    assert sign_up(**EVE, password=password)


def test_of_those_that_leaked_most_every_one_is_known():
    most = [word for word in FREQUENCY_LISTS["passwords"][:3000] if len(word) >= SHORTEST]
    assert len(most) > 300
    assert all(guessable.is_guessable(word, []) for word in most)


def test_neither_a_change_nor_a_reset_takes_one(app, ben):
    with pytest.raises(Invalid):
        change_password(user_id=ben.id, current=PASSWORD, password="benbenben")
    with pytest.raises(Invalid):
        reset_password(token=write_reset(user_id=ben.id), password="baseball")


UNHEARD = ["correct horse battery", "\N{SNOWMAN}" * 8, "eve adams was here"]


@pytest.mark.parametrize("password", UNHEARD)
def test_what_nobody_tries_first_is_taken(password):
    assert not guessable.is_guessable(password, ["eve", "Eve Adams", ""])
