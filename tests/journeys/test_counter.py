"""A creator looks up who bought, gives a part of it back, and the buyer reads why."""

from playwright.sync_api import expect

from tests import factories
from tests.journeys.conftest import Visit
from tests.shopping import confirmed


def test_ada_gives_one_of_two_back_and_ben_reads_why(app, ada, ben, visit: Visit, arrive):
    drop = factories.a_live_drop(ada.creator, title="Print", limit_per_customer=2, price=4500)
    bought = confirmed(ben, drop, 2)
    factories.an_order(factories.a_user(), drop)
    visit.sign_in(ada)
    page = visit.page
    page.goto("/studio")
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("searchbox").fill("ben")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Order of Ben")
    page.get_by_label("that come back").fill("3")
    page.get_by_label("Reason").fill("One was torn.")
    page.get_by_role("button", name="Refund these").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 2")
    page.get_by_label("that come back").fill("1")
    page.get_by_role("button", name="Refund these").click()
    expect(page.locator("#refund-form")).to_contain_text("€45 goes back to Ben")
    page.get_by_role("button", name="Give €45 back").click()
    expect(page.locator(".history")).to_contain_text("You took 1 unit back: €45. “One was torn.”")
    visit.sees(page.locator(".history"), "The money is on its way back.")

    bens = arrive(ben)
    bens.page.goto(f"/orders/{bought.id}")
    bens.sees(bens.page.locator(".refunds"), "It is back with you.")
    expect(bens.page.locator(".refunds")).to_contain_text("“One was torn.”")
