"""Who forgot their password gets in again by a mail, once and soon; and nobody else by it."""

import re

import pytest
from flask import request
from sqlalchemy import func, update

from livedrop.accounts import commands, resets, steps
from livedrop.accounts.commands import reset_password
from livedrop.accounts.models import PasswordReset
from livedrop.deliveries import letters
from livedrop.extensions import db
from livedrop.web.identity import known, limits
from tests import factories
from tests.factories import PASSWORD
from tests.letters import links, posted
from tests.page import HOME, Page
from tests.parallel import together
from tests.rows import kinds, recorded, rows

NEW = "a word nobody knows of"


def ask(page, email, **submitted):
    return page.get("/password-reset").submit("#ask-reset-form", email=email, **submitted)


def mailed(page, person):
    """The link in the mail that the person gets."""
    ask(page, person.email)
    (mail,) = posted()
    assert mail["To"] == person.email
    (link,) = links(mail)
    return link


def opens(page, email, password):
    form = page.get("/sign-in")
    fields = {"email": email, "password": password, "csrf_token": form.value("csrf_token")}
    return page.client.post("/sign-in", data=fields).status_code == 303


def test_ben_chooses_a_new_password_and_is_in(ben, page):
    link = mailed(page, ben)
    seen = page.get(link).submit("#reset-form", password=NEW)
    assert seen.h1 == "Where you are signed in"
    assert "Ben" in page.get("/account").text
    assert not opens(Page(ben.app), ben.email, PASSWORD)
    assert opens(Page(ben.app), ben.email, NEW)


def test_he_is_told_that_it_changed(ben, page):
    page.get(mailed(page, ben)).submit("#reset-form", password=NEW)
    (told,) = posted()
    assert (told["To"], told["Subject"]) == (ben.email, "Your password was changed")


def test_whoever_was_signed_in_is_not_any_more(ben, page):
    """S08: not even for the seconds for which this process remembers them."""
    ben.page.get("/account")
    page.get(mailed(page, ben)).submit("#reset-form", password=NEW)
    assert ben.page.get("/account").h1 == "Account"


def test_if_sign_ins_were_not_ended_a_thief_would_stay(ben, page, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(steps, "end_others", lambda tx, user_id, but=None: 0)
    ben.page.get("/account")
    page.get(mailed(page, ben)).submit("#reset-form", password=NEW)
    assert ben.page.get("/account").h1 == "Ben"


def test_a_link_is_good_once(ben, page):
    """S13: and with it go all that were sent before."""
    first, second = mailed(page, ben), mailed(page, ben)
    page.get(first).submit("#reset-form", password=NEW)
    for link in (first, second):
        assert page.get(link, 410).h1 == "This link is too old"


def test_a_form_that_lay_open_is_good_once_too(ben, page):
    form = page.get(mailed(page, ben))
    form.submit("#reset-form", password=NEW)
    token = page.get("/account").one("input[name=csrf_token]").get("value")
    form.submit("#reset-form", status=410, password="another word", csrf_token=token)
    assert opens(Page(ben.app), ben.email, NEW)


def test_of_two_who_send_it_at_once_one_is_taken(ben, page):
    token = mailed(page, ben).rpartition("/")[2]
    both = [lambda word=word: reset_password(token=token, password=word) for word in (NEW, NEW * 2)]
    answers = together(ben.app, both)
    assert sorted(map(str, answers)) == [ben.email, "reset-expired"]


def test_were_it_not_spent_it_would_be_good_for_ever(ben, page, monkeypatch):
    """The control of the tests above."""
    link = mailed(page, ben)
    monkeypatch.setattr(steps, "spend_reset", lambda tx, token: ben.id)
    monkeypatch.setattr(steps, "FORGET_RESETS", steps.text("SELECT :user_id"))
    page.get(link).submit("#reset-form", password=NEW)
    assert page.get(link).h1 == "Choose a new password"


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 410)])
def test_a_link_is_good_for_half_an_hour(ben, page, minutes, status):
    """S13"""
    link = mailed(page, ben)
    pass_minutes(minutes)
    page.get(link, status)


def test_with_a_longer_life_it_would_be_good_for_longer(ben, page, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(resets, "LASTS", resets.LASTS * 2)
    link = mailed(page, ben)
    pass_minutes(31)
    assert page.get(link).h1 == "Choose a new password"


def pass_minutes(minutes):
    """As if every mail had been written so many minutes earlier."""
    earlier = PasswordReset.created_at - func.make_interval(0, 0, 0, 0, 0, minutes)
    with db.engine.begin() as connection:
        connection.execute(update(PasswordReset).values(created_at=earlier))


def test_what_is_kept_of_a_token_opens_nothing(ben, page):
    """S13: who reads the table has no link, and neither has who reads the events."""
    token = mailed(page, ben).rpartition("/")[2]
    (kept,) = rows(PasswordReset)
    assert kept.digest == resets.digest(token)
    assert token.encode() not in kept.digest
    told = "".join(f"{event.subject} {event.payload}" for event in recorded())
    assert token not in told
    page.get(f"/password-resets/{kept.digest.hex()}", 410)


def test_a_bad_password_leaves_the_link_good(ben, page):
    link = mailed(page, ben)
    seen = page.get(link).submit("#reset-form", status=422, password="short")
    assert "At least 8" in seen.texts(".error-summary")[0]
    seen.submit("#reset-form", password=NEW)
    assert opens(Page(ben.app), ben.email, NEW)


def test_opening_the_link_uses_nothing_up(ben, page):
    """Mail scanners open every link."""
    link = mailed(page, ben)
    for _ in range(3):
        Page(ben.app).get(link)
    page.get(link).submit("#reset-form", password=NEW)


def test_nobody_learns_who_has_an_account(ben, page):
    """S04: the same answer and the same work, and nobody is written to."""
    known_one, unknown = ask(page, ben.email), ask(page, "nobody@example.com")
    assert known_one.html == unknown.html
    assert kinds() == ["PasswordResetAsked"] * 2
    assert [mail["To"] for mail in posted()] == [ben.email]


def test_if_only_who_is_known_were_recorded_the_work_would_tell(ben, page, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(commands, "ask_reset", ask_of_the_known)
    ask(page, "nobody@example.com")
    assert kinds() == []


def ask_of_the_known(*, email):
    assert commands.queries.id_by_email(email) is None


@pytest.mark.parametrize("email", ["ben@example.com", "nobody@example.com"])
@pytest.mark.parametrize(("limit", "last"), [("4/hour", 429), ("1000/hour", 303)])
def test_too_many_are_refused_whoever_it_is(ben, page, monkeypatch, email, limit, last):
    """S04, S05: with a higher limit, they are not."""
    monkeypatch.setattr(limits, "RESETS_OF_ONE", limits.Bucket("resets of one", limit))
    for _ in range(4):
        ask(page, email)
    ask(page, email, status=last)
    assert len(kinds()) == 4 + (last == 303)


@pytest.mark.parametrize(("guarded", "status"), [(True, 303), (False, 429)])
def test_strangers_do_not_keep_its_owner_from_asking(ben, page, monkeypatch, guarded, status):
    """S05: in a browser they are known in. Were they not known there, any stranger could."""
    assert opens(page, ben.email, PASSWORD)
    everywhere = Page(ben.app)
    token = everywhere.get("/password-reset").value("csrf_token")
    statuses = [
        everywhere.client.post(
            "/password-reset",
            data={"email": ben.email, "csrf_token": token},
            environ_overrides={"REMOTE_ADDR": f"6.6.6.{n}"},
        ).status_code
        for n in range(9)
    ]
    assert statuses == [303] * 8 + [429]
    if not guarded:
        monkeypatch.setattr(known, "is_known", lambda email: False)
    ask(page, ben.email, status=status)


@pytest.mark.parametrize("claim", ["X-Forwarded-Host", "X-Host", "Forwarded", "Referer", "Host"])
def test_no_other_name_comes_into_a_mail(ben, page, claim):
    """S13: whatever a request says of where it was sent to."""
    form = page.get("/password-reset")
    fields = {"email": ben.email, "csrf_token": form.value("csrf_token")}
    said = {claim: "host=evil.test" if claim == "Forwarded" else "evil.test"}
    answer = page.client.post("/password-reset", data=fields, headers=said)
    assert answer.status_code == (400 if claim == "Host" else 303)
    assert not any("evil" in mail.as_string() for mail in posted())


def test_a_mail_written_with_the_name_that_was_asked_for_would_have_it(ben, make_app, monkeypatch):
    """The control of the test above: trust every name, and write the one that was said."""
    app = make_app()
    app.config["TRUSTED_HOSTS"] = None
    page = Page(app)
    said = []
    app.before_request(lambda: said.append(request.host))
    evil = {"base_url": "https://evil.test"}
    form = page.client.get("/password-reset", **evil).text
    (token,) = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    fields = {"email": ben.email, "csrf_token": token}
    assert page.client.post("/password-reset", data=fields, **evil).status_code == 303
    monkeypatch.setattr(letters, "_home", lambda: f"https://{said[-1]}")
    with pytest.raises(AssertionError, match=r"evil\.test"):
        links(posted()[0])


def test_who_is_suspended_gets_no_mail(ben, page):
    factories.change(ben.user, suspended_at=factories.now())
    ask(page, ben.email)
    assert posted() == []


@pytest.mark.parametrize(("limit", "last"), [("2/hour", 429), ("1000/hour", 410)])
def test_guessing_at_links_is_slowed_down(ben, page, monkeypatch, limit, last):
    """With a higher limit, it is not."""
    monkeypatch.setattr(limits, "TOKENS", limits.Bucket("tokens", limit))
    form = page.get(mailed(page, ben))
    token = form.value("csrf_token")

    def guess():
        fields = {"csrf_token": token, "password": NEW}
        return page.client.put("/password-resets/guess", data=fields).status_code

    assert [guess(), guess(), guess()] == [410, 410, last]


def test_a_browser_that_reset_it_is_known(ben, page):
    page.get(mailed(page, ben)).submit("#reset-form", password=NEW)
    assert page.client.get_cookie(known.COOKIE, HOME.removeprefix("https://"))
