"""Another password: for who knows the one they have, and nobody else stays signed in."""

import pytest

from livedrop.accounts import commands, steps
from livedrop.accounts.commands import change_password, sign_in
from livedrop.accounts.queries import open_sign_ins, signed_in
from livedrop.grants import commands as grants
from livedrop.lib.errors import Invalid
from livedrop.web import session
from tests import factories
from tests.factories import PASSWORD
from tests.letters import posted
from tests.page import Page
from tests.parallel import together
from tests.rows import kinds

NEW = "a word nobody knows of"


def change(person, status=200, current=PASSWORD, password=NEW):
    form = person.page.get("/settings/password")
    return form.submit("#new-password-form", status, current=current, password=password)


def test_with_the_new_one_one_gets_in_and_with_the_old_one_not(ben):
    change(ben)
    assert sign_in(email=ben.email, password=NEW)
    with pytest.raises(Invalid):
        sign_in(email=ben.email, password=PASSWORD)


def test_here_one_stays_and_elsewhere_one_is_out(ben):
    """S08: a process that remembers the other browser lets it go at once."""
    elsewhere = ben.another_page()
    elsewhere.get("/account")
    assert "signed in here only" in change(ben).text
    assert elsewhere.get("/account").h1 == "Account"
    assert ben.page.get("/account").h1 == "Ben"


def test_a_copy_of_the_cookie_is_worthless_after_it(ben):
    """S06, S08: whoever stays does so with a new one."""
    copy = the_cookie_of(ben)
    change(ben)
    assert copy.get("/account").h1 == "Account"
    assert ben.page.get("/account").h1 == "Ben"


def the_cookie_of(person):
    """Another browser that holds what this one does."""
    copy = Page(person.app)
    cookie = person.page.client.get_cookie("__Host-session", "livedrop.test")
    copy.client.set_cookie("__Host-session", cookie.value, domain="livedrop.test", secure=True)
    assert copy.get("/account").h1 == person.user.display_name
    return copy


def test_an_app_that_came_in_with_the_old_one_does_not_come_back(ben):
    """S08: its refresh token goes with its sign-in."""
    token = grants.begin(sign_in_id=sign_in(email=ben.email, password=PASSWORD)[1])
    token = grants.refresh(token=token).token
    change(ben)
    with pytest.raises(grants.InvalidToken):
        grants.refresh(token=token)


@pytest.mark.parametrize(
    ("room", "name"), [(steps, "end_others"), (session.Memory, "forget_person")]
)
def test_without_ending_and_forgetting_a_thief_would_stay(ben, monkeypatch, room, name):
    """The control of the test above."""
    monkeypatch.setattr(room, name, lambda *args, **kwargs: 0)
    elsewhere = ben.another_page()
    elsewhere.get("/account")
    change(ben)
    assert elsewhere.get("/account").h1 == "Ben"


def test_who_does_not_know_the_old_one_changes_nothing(ben):
    seen = change(ben, 422, current="a guess at it")
    assert "not your password" in seen.text
    assert "PasswordChanged" not in kinds()
    assert sign_in(email=ben.email, password=PASSWORD)


def test_one_that_is_too_short_is_none(ben):
    assert "At least 8" in change(ben, 422, password="short").text


def test_guesses_are_counted(ben):
    for _ in range(10):
        change(ben, 422, current="a guess at it")
    change(ben, 429)


def test_the_person_is_told_by_mail(ben):
    change(ben)
    (told,) = posted()
    assert (told["To"], told["Subject"]) == (ben.email, "Your password was changed")


def test_suspended_people_do_not_change_it(ben):
    factories.change(ben.user, suspended_at=factories.now())
    change(ben, 403)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_sign_in_with_the_old_one_does_not_slip_through_meanwhile(ben, monkeypatch, guarded):
    """S08: its password was compared before the change, and it begins after it."""
    compared = commands._matches

    def compare_and_be_overtaken(known, password):
        right = compared(known, password)
        monkeypatch.setattr(commands, "_matches", compared)
        change_password(user_id=ben.id, current=PASSWORD, password=NEW)
        return right

    monkeypatch.setattr(commands, "_matches", compare_and_be_overtaken)
    if guarded:
        with pytest.raises(Invalid):
            sign_in(email=ben.email, password=PASSWORD)
    else:
        monkeypatch.setattr(steps, "still", lambda tx, user_id, password_hash: True)
        assert signed_in(*sign_in(email=ben.email, password=PASSWORD))


def test_whoever_signs_in_while_it_changes_is_out_afterwards(ben):
    def enter():
        return sign_in(email=ben.email, password=PASSWORD)

    def alter():
        return change_password(user_id=ben.id, current=PASSWORD, password=NEW)

    _, here, *_ = together(ben.app, [enter, alter, enter, enter])
    assert [one.here for one in open_sign_ins(ben.id, here)] == [True]
