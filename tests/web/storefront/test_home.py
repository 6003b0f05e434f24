"""The start page shows what can be done here now."""

from tests import factories
from tests.statements import statements


def test_it_shows_the_live_one_large_then_what_comes_and_what_is_over(page, ada, ben):
    live = factories.a_live_drop(ada.creator, title="Live")
    factories.a_scheduled_drop(ada.creator, title="Coming")
    factories.an_ended_drop(ada.creator, title="Over")
    factories.an_order(ben.user, live, 3)
    seen = page.get("/")
    assert seen.texts("h2") == ["Live", "Coming next", "Just ended"]
    assert seen.texts(".card-title") == ["Coming", "Over"]


def test_with_nothing_live_the_next_one_is_the_large_one(page, ada):
    factories.a_scheduled_drop(ada.creator, title="Later", starts_in=3000)
    factories.a_scheduled_drop(ada.creator, title="Sooner", starts_in=60)
    seen = page.get("/")
    assert seen.texts("#hero-title") == ["Sooner"]
    assert seen.texts(".card-title") == ["Later"]
    assert seen.has("#hero time[data-countdown=start]")


def test_popular_things_are_shown_if_there_are_enough_of_them_and_no_drop_twice(page, ben):
    for number in range(3):
        factories.an_order(ben.user, factories.a_live_drop(title=f"Drop {number}"), 1)
    seen = page.get("/")
    assert seen.texts("h2")[1:] == ["Live now", "What people order most"]
    assert len(seen.all(".product-card")) == 3
    assert len(seen.all(".drop-card")) == 2


def test_an_empty_house_says_what_can_be_done_instead(page):
    (words,) = page.get("/").texts(".empty")
    assert words.endswith("See who drops here")


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
