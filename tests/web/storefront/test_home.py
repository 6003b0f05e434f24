"""The start page shows what can be done here now."""

from tests import factories
from tests.statements import statements


def test_it_shows_live_coming_popular_and_just_ended(page, ada, ben):
    live = factories.a_live_drop(ada.creator, title="Live")
    factories.a_scheduled_drop(ada.creator, title="Coming")
    factories.an_ended_drop(ada.creator, title="Over")
    factories.an_order(ben.user, live, 3)
    seen = page.get("/")
    assert seen.texts("h2") == ["Live now", "Coming next", "Popular these days", "Just ended"]
    assert seen.texts(".card-title") == ["Live", "Coming", "Live", "Live", "Over"]


def test_an_empty_house_says_what_can_be_done_instead(page):
    assert page.get("/").texts(".empty") == [
        "Nothing is live at this moment. See who drops here",
        "Nothing is announced yet. See who drops here",
    ]


def test_it_asks_the_database_the_same_however_much_there_is(page, ada, ben):
    def asked():
        with statements() as sent:
            page.get("/")
        return len(sent)

    factories.an_order(ben.user, factories.a_live_drop(ada.creator), 1)
    few = asked()
    for _ in range(4):
        factories.an_order(ben.user, factories.a_live_drop(), 1)
        factories.a_scheduled_drop()
    assert asked() == few <= 8
