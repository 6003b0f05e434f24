"""Another e-mail address: asked for by who knows the password, had by who reads mail there."""

from datetime import timedelta

import pytest

from livedrop.accounts import commands, confirmation, queries
from livedrop.accounts.commands import sign_in
from livedrop.accounts.models import AddressChange, LeftAddress, SignIn, User
from livedrop.deliveries import commands as deliveries
from livedrop.deliveries import letters
from livedrop.lib.errors import Invalid
from livedrop.web import access
from tests import factories
from tests.factories import PASSWORD
from tests.letters import links, posted
from tests.page import Page
from tests.rows import kinds, recorded, row, rows

NEW = "ben@elsewhere.example"


def ask(person, email=NEW, status=200):
    return person.page.get("/settings/email/edit").submit("#new-address-form", status, email=email)


def mailed(person, email=NEW):
    ask(person, email)
    mail = posted()[-1]
    assert mail["To"] == email
    return links(mail)[0]


def test_it_is_his_once_he_pressed_in_the_mail_that_went_there(ben, page):
    link = mailed(ben)
    assert f"becomes {NEW}" in ben.page.get("/settings/email").text
    seen = page.get(link)
    assert row(User, id=ben.id).email == ben.email
    assert NEW in seen.submit("#change-address").text
    assert sign_in(email=NEW, password=PASSWORD)
    with pytest.raises(Invalid):
        sign_in(email=ben.email, password=PASSWORD)
    assert queries.address_state(ben.id).confirmed


def test_the_address_he_had_is_told(ben, page):
    page.get(mailed(ben)).submit("#change-address")
    (told,) = posted()
    assert (told["To"], told["Subject"]) == (ben.email, "Your address was changed")


@pytest.mark.parametrize(("days", "forgotten"), [(6, 0), (8, 1)])
@pytest.mark.parametrize("pressed", [True, False])
def test_after_a_week_nobody_knows_what_he_had_or_wanted(ben, page, days, forgotten, pressed):
    link = mailed(ben)
    if pressed:
        page.get(link).submit("#change-address")
    change, then = row(AddressChange, user_id=ben.id), timedelta(days=days)
    moved = {"changed_at": change.changed_at - then} if pressed else {}
    factories.change(change, asked_at=change.asked_at - then, **moved)
    for left in rows(LeftAddress):
        factories.change(left, left_at=left.left_at - then)
    assert len(rows(LeftAddress)) == pressed
    assert commands.purge_addresses() == forgotten * (1 + pressed)
    assert len(rows(AddressChange)) == 1 - forgotten
    assert len(rows(LeftAddress)) == pressed * (1 - forgotten)


def test_the_form_asks_who_is_there_if_that_is_long_ago(ben):
    """S12"""
    long_ago(ben)
    seen = ben.page.get("/settings/email/edit")
    assert seen.h1 == "Confirm that it is you"
    seen = seen.submit("#proof-form", password=PASSWORD)
    assert seen.url == "/settings/email/edit"
    assert kinds() == ["SignInProved"]


def test_what_is_sent_without_the_form_is_asked_too(ben):
    """S12: and changes nothing."""
    form = ben.page.get("/settings/email/edit")
    long_ago(ben)
    seen = form.submit("#new-address-form", email=NEW)
    assert seen.h1 == "Confirm that it is you"
    assert kinds() == []


def test_if_nobody_were_asked_an_open_browser_would_be_enough(ben, monkeypatch):
    """The control of the tests above."""
    monkeypatch.setattr(access, "is_proved", lambda sign_in_id: True)
    form = ben.page.get("/settings/email/edit")
    long_ago(ben)
    form.submit("#new-address-form", email=NEW)
    assert kinds() == ["AddressChangeAsked"]


def long_ago(person):
    """As if they had typed their password eleven minutes ago."""
    person.page.get("/account")
    created_at = factories.now() - timedelta(minutes=11)
    factories.change(row(SignIn, user_id=person.id), created_at=created_at)


def test_a_wrong_password_proves_nothing_and_is_counted(ben):
    long_ago(ben)
    seen = ben.page.get("/settings/proof")
    for _ in range(10):
        seen = seen.submit("#proof-form", 422, password="a guess at it")
        assert "not your password" in seen.text
    seen.submit("#proof-form", 429, password=PASSWORD)
    assert ben.page.get("/settings/email/edit").h1 == "Confirm that it is you"


def test_who_proves_it_goes_on_with_a_new_cookie(ben):
    """S06: a copy of the old one proves nothing, and opens nothing."""
    long_ago(ben)
    old = row(SignIn, user_id=ben.id)
    ben.page.get("/settings/proof").submit("#proof-form", password=PASSWORD)
    assert queries.signed_in(ben.id, old.id) is None
    assert ben.page.get("/settings/email/edit").h1 == "Another address"


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "javascript:alert(1)"])
def test_proving_leads_nowhere_else(ben, target):
    seen = ben.page.get("/settings/proof")
    assert seen.submit("#proof-form", 303, password=PASSWORD, next=target).location == "/settings"


def test_nobody_learns_who_has_the_address(ben, cleo):
    """S04: the answer is the same, and only who reads the mail can hear more."""
    taken = ask(ben, cleo.email)
    assert taken.text.replace(cleo.email, NEW) == ask(ben, NEW).text


def test_what_somebody_has_is_had_by_nobody_else(ben, cleo, page):
    link = mailed(ben, cleo.email)
    page.get(link).submit("#change-address", status=409)
    assert row(User, id=ben.id).email == ben.email


def test_only_the_last_wish_counts(ben, page):
    old = mailed(ben, "first@example.com")
    new = mailed(ben, NEW)
    page.get(old).submit("#change-address", status=410)
    page.get(new).submit("#change-address")
    page.get(new).submit("#change-address")
    assert len(recorded("AddressChanged")) == 1


def test_a_link_is_good_for_three_days(ben, page):
    ask(ben)
    claim = confirmation.Claim(ben.id, NEW, factories.now() - timedelta(hours=73))
    word = confirmation.word(claim, confirmation.CHANGE)
    page.get(f"/email-changes/{word}").submit("#change-address", status=410)


def test_a_link_that_confirms_an_address_changes_none(ben, page):
    """S19: what is signed for one purpose opens nothing else."""
    ask(ben)
    word = confirmation.word(confirmation.Claim(ben.id, NEW, factories.now()))
    page.get(f"/email-changes/{word}", 404)


def test_a_reset_that_was_mailed_to_the_old_one_opens_nothing(ben, page):
    """Whoever reads that mailbox now is not to get in any more."""
    token = commands.write_reset(user_id=ben.id)
    page.get(mailed(ben)).submit("#change-address")
    assert queries.open_reset(token) is None


NEWER = "a new and long enough password"
ENDS = {
    "another password": lambda ben: commands.change_password(
        user_id=ben.id, current=PASSWORD, password=NEWER
    ),
    "a forgotten one": lambda ben: commands.reset_password(
        token=commands.write_reset(user_id=ben.id), password=NEWER
    ),
    "the operator": lambda ben: commands.end_sign_ins(user_id=ben.id, reason="Was it you?"),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_a_thief_asked_for_ends_with_their_sign_in(ben, page, end):
    link = mailed(ben)
    end(ben)
    page.get(link).submit("#change-address", status=410)
    assert row(User, id=ben.id).email == ben.email


def test_if_it_did_not_the_thief_would_have_the_account(ben, page, monkeypatch):
    monkeypatch.setattr(commands.steps, "forget_wanted", lambda *_: None)
    link = mailed(ben)
    ENDS["another password"](ben)
    page.get(link).submit("#change-address")
    assert row(User, id=ben.id).email == NEW


def told_after_a_thief_was_quick(ben):
    """Two changes and a wish for a third, before the first letter is written; who is told."""
    for email in ("first@thief.example", "second@thief.example"):
        commands.ask_address(user_id=ben.id, email=email)
        commands.change_address(claim=confirmation.Claim(ben.id, email, factories.now()))
    commands.ask_address(user_id=ben.id, email="third@thief.example")
    ENDS["another password"](ben)
    told = (mail["To"] for mail in posted() if mail["Subject"] == "Your address was changed")
    return sorted(told)  # nobody promises which letter leaves first


def test_who_had_the_address_is_told_however_quickly_it_changes_again(ben):
    """Only whoever had it last was told, or nobody if another was asked for."""
    assert told_after_a_thief_was_quick(ben) == [ben.email, "first@thief.example"]


def test_if_only_the_last_change_were_known_they_would_not_be(ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(letters, "left_address", lambda _: rows(LeftAddress)[-1].email)
    assert ben.email not in told_after_a_thief_was_quick(ben)


@pytest.mark.parametrize("email", ["no address", "BEN@example.com", "ben@evil\nBcc: x@y.example"])
def test_what_cannot_be_a_new_address_is_said_so(ben, email):
    assert ask(ben, email, 422).has(".error-summary")
    assert kinds() == []


def test_a_new_one_that_bounces_says_nothing_of_the_one_they_have(ben):
    ask(ben)
    event = recorded("AddressChangeAsked")[0]
    deliveries.plan_letters(kind="confirm-new-address", event_ids=[event.id])
    ((turn,), _) = deliveries.take(lane="personal", most=1, seconds=30)
    deliveries.note_failed(turn=turn, error="550 nobody", never=True, bounced=True)
    assert not queries.address_state(ben.id).bounced


def test_a_stranger_is_asked_to_sign_in(page):
    for path in ("/settings", "/settings/email/edit", "/settings/proof", "/settings/password"):
        assert page.get(path).h1 == "Sign in"


def test_the_settings_say_how_things_stand(ben):
    factories.a_sign_in(ben.user)
    factories.change(ben.user, confirmed_at=None)
    text = ben.page.get("/settings").text
    assert "ben@example.com, not confirmed" in text
    assert "2 places" in text
    assert Page(ben.app).get("/settings").h1 == "Sign in"
