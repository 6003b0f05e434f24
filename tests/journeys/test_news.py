"""What Ben is told finds him, from the press that asks for it on, with and without script."""

from playwright.sync_api import expect

from livedrop.drops.commands import publish
from livedrop.follows.models import Follow
from livedrop.notifications.models import Announcement, Notification, Reminder
from tests import factories
from tests.parallel import until
from tests.rows import rows


def test_ben_is_reminded_of_a_drop_and_reads_all_about_it(ada, ben, arrive):
    drop = factories.a_scheduled_drop(ada.creator, title="Spring print")
    visit = arrive(ben)
    page = visit.page
    page.goto(f"/drops/{drop.slug}")
    if not visit.script:
        page.get_by_role("link", name="Remind me").click()
    page.get_by_role("button", name="Remind me").click()
    if visit.script:
        expect(page.get_by_role("button", name="You will be reminded")).to_be_visible()
    until(lambda: bool(rows(Reminder)))
    factories.change(drop, starts_at=factories.now() + factories.timedelta(seconds=250))
    until(lambda: bool(rows(Notification)))
    page.goto("/drops")
    if visit.script:
        expect(page.locator(".bell-number")).to_have_text("1 unread")
    page.goto("/inbox")
    news = page.get_by_role("link", name="Spring print opens in a few minutes")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    news.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spring print")


def test_ben_finds_in_his_inbox_what_ada_announced_while_he_was_elsewhere(ada, ben, arrive):
    draft = factories.a_draft(ada.creator, title="Lighthouse")
    visit = arrive(ben)
    page = visit.page
    page.goto("/@ada")
    if not visit.script:
        page.get_by_role("link", name="Follow").first.click()
    page.get_by_role("button", name="Follow").first.click()
    until(lambda: bool(rows(Follow)))
    page.goto("/drops")
    publish(drop_id=draft.id, actor_id=ada.id)
    until(lambda: bool(rows(Announcement)))
    if visit.script:
        expect(page.locator(".bell-number")).to_have_text("1 unread")
    page.goto("/inbox")
    page.get_by_role("link", name="Ada announced Lighthouse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lighthouse")
