"""Opening an account."""

import pytest

from livedrop.accounts import rules
from livedrop.accounts.commands import sign_up
from livedrop.accounts.models import User
from livedrop.accounts.rules import Taken
from livedrop.lib.errors import Invalid
from tests.parallel import together
from tests.rows import recorded, row, rows

EVE = {
    "email": "Eve@Example.com",
    "handle": "Eve",
    "display_name": " Eve ",
    "password": "a long enough password",
}


def test_an_account_keeps_what_was_typed_and_tells_the_outbox(app):
    user_id = sign_up(**EVE)
    eve = row(User)
    assert (eve.id, eve.email, eve.handle) == (user_id, "Eve@Example.com", "eve")
    assert eve.display_name == "Eve"
    (event,) = recorded("UserSignedUp")
    told = (event.subject, event.actor_id, event.payload)
    assert told == (f"user:{user_id}", user_id, {"flags": []})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "eve"),
        ("email", "eve@example.com\nBcc: all@example.com"),
        ("email", ""),
        ("handle", "e"),
        ("handle", "_eve"),
        ("handle", "eve doe"),
        ("handle", "e" * 31),
        ("display_name", " "),
        ("display_name", "Eve\r\nSubject: hi"),
        ("display_name", "e" * 61),
        ("password", "1234567"),
        ("password", "x" * 129),
        ("password", "with a \0 in it"),
    ],
)
def test_what_cannot_be_accepted_is_named(app, field, value):
    with pytest.raises(Invalid) as no:
        sign_up(**EVE | {field: value})
    assert list(no.value.errors) == [field]
    assert not rows(User)


@pytest.mark.parametrize("password", ["lower case", "x" * 128, "        ", "пароль на латыни 漢字"])
def test_passwords_have_no_rules_of_composition(app, password):
    """S02"""
    sign_up(**EVE | {"password": password})


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_without_a_look_at_its_length_any_password_would_do(app, monkeypatch, password):
    """The control of those that cannot be accepted."""
    monkeypatch.setattr(rules, "_wrong_password", lambda password, about: None)
    assert sign_up(**EVE | {"password": password})


def test_addresses_are_the_same_in_any_case(app):
    sign_up(**EVE)
    with pytest.raises(Taken) as no:
        sign_up(**EVE | {"email": "EVE@example.COM", "handle": "other"})
    assert (no.value.code, no.value.status) == ("email-taken", 409)


def test_of_two_at_the_same_moment_one_gets_the_handle(app):
    answers = together(app, [lambda n=n: sign_up(**EVE | {"email": f"{n}@x.com"}) for n in (1, 2)])
    assert [type(answer) for answer in answers if not isinstance(answer, int)] == [Taken]
    assert len(rows(User)) == len(recorded("UserSignedUp")) == 1
