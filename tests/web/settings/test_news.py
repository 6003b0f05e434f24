"""What somebody wants to hear of: a plain form, kept kind by kind where it is not as usual."""

from livedrop.notifications.models import Preference
from livedrop.notifications.queries import preferences_of
from tests.rows import kinds, rows

PAGE = "/settings/news"


def ticked(seen):
    return {box.get("name") for box in seen.all("input[type=checkbox]") if "checked" in box.attrib}


def test_it_begins_as_usual_and_keeps_only_what_is_not(app, ben):
    seen = ben.page.get(PAGE)
    assert {"live-page", "live-email", "low-page"} <= ticked(seen)
    assert "low-email" not in ticked(seen)
    after = ben.page.post(
        f"{PAGE}?_method=PUT",
        csrf_token=seen.value("csrf_token"),
        **dict.fromkeys(ticked(seen) - {"live-email"} | {"low-email"}, "on"),
    )
    assert after.has("[role=status]")
    assert "live-email" not in ticked(after)
    assert [(one.kind, one.page, one.email) for one in rows(Preference)] == [
        ("live", True, False),
        ("low", True, True),
    ]
    seen.submit("#news-settings")
    assert rows(Preference) == []
    assert kinds() == ["PreferencesChanged"] * 2


def test_only_creators_are_asked_what_creators_are_told(app, ada, ben):
    assert not ben.page.get(PAGE).has("#first-sale")
    ben.page.get(PAGE).submit("#news-settings")
    assert preferences_of(ben.id)["first-sale"] == (True, True)
    assert ada.page.get(PAGE).has("#first-sale")


def test_it_is_ones_own(page, ben, cleo):
    assert page.get(PAGE).h1 == "Sign in"
    seen = ben.page.get(PAGE)
    cleo.page.post(f"{PAGE}?_method=PUT", 403, csrf_token=seen.value("csrf_token"))
    assert rows(Preference) == []
