"""No more mails by one press, a mail program's own (RFC 8058), without being signed in (U11)."""

import pytest

from livedrop.deliveries import unsubscribe
from livedrop.lib import signed
from livedrop.notifications.models import Preference
from tests.rows import recorded, rows

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link(ben, group="followers"):
    return f"/unsubscribe/{unsubscribe.word(ben.id, group)}"


def unwanted(ben):
    return {wish.kind for wish in rows(Preference, user_id=ben.id) if not wish.email}


def test_a_mail_program_ends_a_group_of_mails_by_one_post(app, ben):
    """No cookie, no token, no word of where it comes from; nor does it follow redirects."""
    post = app.test_client().post
    answer = post(link(ben), data=ONE_CLICK, headers={"Sec-Fetch-Site": None})
    assert answer.status_code == 200
    assert unwanted(ben) == set(unsubscribe.GROUPS["followers"].kinds)
    assert all(wish.page for wish in rows(Preference, user_id=ben.id))
    assert post(link(ben), data=ONE_CLICK).status_code == 200
    assert len(recorded("Unsubscribed")) == 1


def test_opening_the_link_changes_nothing_and_its_button_does(ben, page):
    seen = page.get(link(ben, "shopper"))
    assert unwanted(ben) == set()
    seen.submit("#unsubscribe")
    assert unwanted(ben) == set(unsubscribe.GROUPS["shopper"].kinds)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_can_make_up_a_link(app, ben, cleo, method):
    whose = unsubscribe.word(ben.id, "followers")
    elsewhere = signed.sign("confirm an e-mail address", [ben.id, "followers"])
    unknown = signed.sign(unsubscribe.PURPOSE, [ben.id, "everything"])
    forged = unsubscribe.word(cleo.id, "followers").split(".")[0] + "." + whose.split(".")[-1]
    for word in (whose[:-1], elsewhere, unknown, forged, "x"):
        assert getattr(app.test_client(), method)(f"/unsubscribe/{word}").status_code == 404
    assert unwanted(ben) == unwanted(cleo) == set()
