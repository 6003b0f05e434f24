"""An address is confirmed by a press, never by opening a link; and only for so long."""

from datetime import timedelta

import pytest

from livedrop.accounts import confirmation
from livedrop.accounts.confirmation import Claim
from livedrop.accounts.queries import address_state
from livedrop.deliveries import unsubscribe
from livedrop.deliveries.account import CONFIRM
from livedrop.deliveries.commands import plan_letters
from livedrop.deliveries.models import Delivery
from tests import factories
from tests.rows import recorded, row, rows


@pytest.fixture
def ben(ben):
    """Who has not confirmed his address yet."""
    factories.change(ben.user, confirmed_at=None)
    return ben


def link(ben, *, email=None, hours_ago=0.0):
    claim = Claim(ben.id, email or ben.email, factories.now() - timedelta(hours=hours_ago))
    return f"/email-confirmations/{confirmation.word(claim)}"


def test_who_signs_up_gets_a_mail_to_confirm_with(page):
    form = {"email": "eve@example.com", "handle": "eve", "display_name": "Eve"}
    page.get("/sign-up").submit(password="a long enough password", **form)
    plan_letters(kind=CONFIRM, event_ids=[recorded("UserSignedUp")[0].id])
    assert row(Delivery).kind == "confirm-address"


def test_opening_the_link_changes_nothing_and_its_button_confirms(ben, page):
    seen = page.get(link(ben))
    assert not address_state(ben.id).confirmed
    seen.submit("#confirm-address")
    assert address_state(ben.id).confirmed
    assert len(recorded("AddressConfirmed")) == 1
    page.get(link(ben)).submit("#confirm-address")
    assert len(recorded("AddressConfirmed")) == 1


@pytest.mark.parametrize(
    "old", [{"hours_ago": 73}, {"email": "ben@elsewhere.example"}], ids=["late", "other"]
)
def test_an_old_link_confirms_nothing(ben, page, old):
    page.get(link(ben, **old)).submit("#confirm-address", status=410)
    assert not address_state(ben.id).confirmed


def test_a_link_from_before_a_bounce_confirms_nothing(ben, page):
    factories.change(ben.user, confirmed_at=factories.now(), bounced_at=factories.now())
    page.get(link(ben, hours_ago=1)).submit("#confirm-address", status=410)
    page.get(link(ben)).submit("#confirm-address")
    assert not address_state(ben.id).bounced


def test_a_forged_link_leads_nowhere(ben, page):
    page.get(link(ben) + "x", 404)
    page.get(f"/email-confirmations/{unsubscribe.word(ben.id, 'followers')}", 404)


def test_another_mail_can_be_asked_for_some_times_an_hour(ben):
    seen = ben.page.get("/settings/email")
    assert "not confirmed yet" in seen.text
    for _ in range(4):
        seen = seen.submit("#ask-confirmation")
        assert "on its way" in seen.text
    seen.submit("#ask-confirmation", status=429)
    assert len(recorded("ConfirmationAsked")) == 4


def test_who_is_confirmed_is_sent_none(ben):
    ben.page.get("/settings/email").submit("#ask-confirmation")
    factories.change(ben.user, confirmed_at=factories.now())
    plan_letters(kind=CONFIRM, event_ids=[recorded("ConfirmationAsked")[0].id])
    assert rows(Delivery) == []
    assert "Confirmed" in ben.page.get("/settings/email").text


def test_settings_are_for_who_is_signed_in(page):
    assert page.get("/settings/email").h1 == "Sign in"
