"""Those who look after the house verify creators, call off drops, and find every order."""

import sys

from livedrop.audit.commands import write_entries
from livedrop.creators.models import Creator
from livedrop.drops.models import Drop
from livedrop.orders.commands import cancel
from livedrop.orders.models import Order
from tests import factories
from tests.rows import recorded, row


def told():
    """Let the audit worker do its part."""
    write_entries(event_ids=[event.id for event in recorded()])


def test_a_verified_creator_has_a_sign_everybody_sees(dora, ada, page):
    assert not page.get("/@ada").has(".verified")
    form = dora.page.get(f"/admin/creators/{ada.id}/verification/new")
    assert "Verified." in form.submit("#deed-form", reason="We met.").text
    assert page.get("/@ada").has(".verified")
    assert page.get("/creators").has(".verified")
    (event,) = recorded("CreatorVerified")
    assert (event.actor_id, event.payload) == (dora.id, {"reason": "We met."})


def test_the_sign_is_taken_away_again(dora, ada, page):
    factories.change(ada.creator, verified_at=factories.now())
    dora.page.get(f"/admin/creators/{ada.id}/withdrawal/new").submit("#deed-form", reason="No.")
    assert row(Creator, id=ada.id).verified_at is None
    assert not page.get("/@ada").has(".verified")


def test_a_creator_cannot_give_it_to_herself(ada):
    ada.page.post(f"/admin/creators/{ada.id}/verification", 404, **token(ada), reason="Me.")
    assert row(Creator, id=ada.id).verified_at is None


def token(person):
    return {"csrf_token": person.page.get("/studio/profile/edit").value("csrf_token")}


def test_she_calls_off_a_drop_with_a_reason(dora, ada, page):
    drop = factories.a_live_drop(ada.creator)
    listed = dora.page.get("/admin/drops?q=ada&state=live")
    assert "Print" in listed.text
    form = dora.page.get(f"/admin/drops/{drop.id}/cancellation/new")
    seen = form.submit("#deed-form", reason="Not hers.")
    assert "Cancelled" in seen.text
    assert "Not hers." in seen.text
    called_off = row(Drop, id=drop.id)
    assert (called_off.cancelled_by, called_off.cancel_reason) == (dora.id, "Not hers.")
    assert "Not hers." in page.get(f"/drops/{drop.slug}").text


def test_what_is_over_is_not_called_off(dora):
    drop = factories.an_ended_drop()
    form = dora.page.get(f"/admin/drops/{drop.id}/cancellation/new")
    assert form.submit("#deed-form", 409, reason="Late.").h1 == "This drop has ended"


def test_orders_are_found_by_id_person_and_drop(dora, ben, cleo, ada):
    drop = factories.a_live_drop(ada.creator)
    order = factories.an_order(ben.user, drop)
    factories.an_order(cleo.user, factories.a_live_drop(ada.creator, title="Another"))
    assert dora.page.get(f"/admin/orders?q={order.id}").h1 == "Order in Print"
    for words in ("@ben", ben.email, ben.id, drop.slug):
        assert len(dora.page.get(f"/admin/orders?q={words}").all("tbody tr")) == 1
    assert len(dora.page.get("/admin/orders").all("tbody tr")) == 2
    for words in ("nobody", "9" * 19, "9" * 5000):
        assert "There is no such order." in dora.page.get(f"/admin/orders?q={words}").text


def test_pages_of_orders_leave_nothing_out(dora, ben, ada, monkeypatch):
    monkeypatch.setattr(sys.modules["livedrop.web.backoffice.orders"], "PER_PAGE", 2)
    drop = factories.a_live_drop(ada.creator, limit_per_customer=9)
    made = {str(factories.an_order(ben.user, drop).id) for _ in range(5)}
    for words in ("", "@ben", drop.slug):
        found, path = [], f"/admin/orders?q={words}"
        while path:
            seen = dora.page.get(path)
            found += [link.get("href").rpartition("/")[2] for link in seen.all("tbody th a")]
            path = next((link.get("href") for link in seen.all(".more a")), None)
        assert (len(found), set(found)) == (5, made)


def test_an_orders_page_tells_its_story(dora, ben, ada):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    cancel(order_id=order.id, user_id=ben.id)
    told()
    seen = dora.page.get(f"/admin/orders/{order.id}")
    assert "OrderCancelled" in seen.text
    assert "@ben" in seen.text
    assert "Cancelled" in seen.text


def test_she_gives_an_order_back_with_a_reason(dora, ben, ada):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator), status="confirmed")
    factories.a_payment(order, status="succeeded")
    form = dora.page.get(f"/admin/orders/{order.id}/refund/new")
    assert "on its way back" in form.submit("#deed-form", reason="It broke.").text
    assert row(Order, id=order.id).status == "refunded"
    (event,) = recorded("OrderRefunded")
    assert (event.actor_id, event.payload["reason"]) == (dora.id, "It broke.")
    assert "It broke." in ben.page.get(f"/orders/{order.id}").text
