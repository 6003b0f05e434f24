"""To be reminded of a drop: one press on its page, with and without script."""

import pytest

from livedrop.accounts.commands import suspend
from livedrop.notifications.models import Reminder
from tests import factories
from tests.rows import kinds, rows

FORM = "form.reminder-form"


@pytest.fixture
def drop(ada):
    return factories.a_scheduled_drop(ada.creator, title="Spring print")


def address(drop):
    return f"/drops/{drop.slug}/reminder"


def test_without_script_it_is_a_page_and_a_press(ben, drop):
    link = ben.page.get(f"/drops/{drop.slug}").one("#drop-reminder a").get("href")
    after = ben.page.get(link).submit(FORM)
    assert after.url == f"/drops/{drop.slug}"
    assert [one.user_id for one in rows(Reminder)] == [ben.id]
    assert kinds() == ["ReminderSet"]
    ben.page.get(link).submit(FORM)
    assert (rows(Reminder), kinds()[-1]) == ([], "ReminderDropped")


def test_with_script_the_button_takes_the_place_of_the_link(ben, drop):
    seen = ben.page.fragment(address(drop))
    assert seen.one("#reminder-press").get("aria-pressed") == "false"
    after = seen.submit(FORM, htmx=True)
    assert after.one("#reminder-press").get("aria-pressed") == "true"
    seen.submit(FORM, htmx=True)
    assert kinds() == ["ReminderSet"]


def test_a_visitor_keeps_the_link_and_signs_in_on_the_way(page, ben, drop):
    assert page.fragment(address(drop), 204).html == ""
    asked = page.get(address(drop))
    there = asked.submit(email=ben.email, password=factories.PASSWORD)
    assert there.h1 == "Be reminded of Spring print"


def test_a_live_drop_has_no_slot_for_it_and_one_that_is_over_refuses(ada, ben):
    live, ended = factories.a_live_drop(ada.creator), factories.an_ended_drop(ada.creator)
    assert not ben.page.get(f"/drops/{live.slug}").has("#drop-reminder")
    token = ben.page.get("/account").value("csrf_token")
    ben.page.post(f"{address(ended)}?_method=PUT", 409, csrf_token=token)
    assert rows(Reminder) == []


def test_a_draft_is_nobodys_to_be_reminded_of(ada, ben):
    draft = factories.a_draft(ada.creator)
    ben.page.get(address(draft), 404)
    token = ben.page.get("/account").value("csrf_token")
    ben.page.post(f"{address(draft)}?_method=PUT", 404, csrf_token=token)


def test_a_suspended_person_is_not_reminded_of_anything_new(ben, drop):
    seen = ben.page.get(address(drop))
    suspend(user_id=ben.id, reason="Spam.")
    ben.app.extensions["sign-ins"]._verified.clear()
    seen.submit(FORM, 403)
    assert rows(Reminder) == []
