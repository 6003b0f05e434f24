"""The start page shows what can be done here now."""

import pytest

from livedrop.web.storefront import home
from tests import factories
from tests.statements import statements


def test_it_shows_the_live_one_large_then_what_comes_and_what_is_over(page, ada, ben):
    live = factories.a_live_drop(ada.creator, title="Live")
    factories.a_scheduled_drop(ada.creator, title="Coming")
    factories.an_ended_drop(ada.creator, title="Over")
    factories.an_order(ben.user, live, 3)
    seen = page.get("/")
    assert seen.texts("h2") == ["Live", "Coming next", "From creators you follow", "Just ended"]
    assert seen.texts(".card-title") == ["Coming", "Over"]


def test_with_nothing_live_the_next_one_is_the_large_one(page, ada):
    factories.a_scheduled_drop(ada.creator, title="Later", starts_in=3000)
    factories.a_scheduled_drop(ada.creator, title="Sooner", starts_in=60)
    seen = page.get("/")
    assert seen.texts("#hero-title") == ["Sooner"]
    assert seen.texts(".card-title") == ["Later"]
    assert seen.has("#hero time[data-countdown=start]")


def left(drop, level):
    """Let so much be left of a drop of ten units."""
    taken = {"available": 0, "low": 9, "all-held": 10, "sold-out": 10}[level]
    status = "placed" if level == "all-held" else "confirmed"
    if taken:
        factories.an_order(factories.a_user(), drop, taken, status=status)


def a_drop_to_be_featured(title):
    """Drops by what there is to do, the live ones ending the sooner the less there is."""
    if title in ("soon", "later"):
        starts_in = {"soon": 600, "later": 9000}[title]
        return factories.a_scheduled_drop(title=title, starts_in=starts_in, ends_in=20_000)
    ends_in = {"available": 4000, "low": 3000, "all-held": 2000, "sold-out": 1000}[title]
    drop = factories.a_live_drop(title=title, ends_in=ends_in)
    left(drop, title)
    return drop


@pytest.mark.parametrize(
    ("there", "featured"),
    [
        ("sold-out all-held later soon low available", "low"),  # ends before the other
        ("sold-out all-held later soon available", "available"),
        ("sold-out all-held later soon", "soon"),
        ("sold-out all-held later", "all-held"),
        ("sold-out later", "later"),
        ("sold-out", "sold-out"),
    ],
)
def test_the_large_one_is_where_there_is_most_to_do(page, there, featured):
    for title in there.split():
        a_drop_to_be_featured(title)
    factories.an_ended_drop(title="over")
    assert page.get("/").texts("#hero-title") == [featured]


def test_a_rule_that_only_asks_what_is_live_would_feature_what_is_sold_out(page, monkeypatch):
    """The negative control: the first that is live, whatever is left of it."""
    monkeypatch.setattr(home, "rank", lambda drop, level: 0)
    a_drop_to_be_featured("sold-out")
    a_drop_to_be_featured("available")
    assert page.get("/").texts("#hero-title") == ["sold-out"]


def test_it_finds_what_is_left_behind_many_that_are_sold_out(page, ada):
    for number in range(8):
        left(factories.a_live_drop(ada.creator, title=f"Gone {number}", ends_in=900), "sold-out")
    factories.a_live_drop(ada.creator, title="Left", ends_in=4000)
    seen = page.get("/")
    assert seen.texts("#hero-title") == ["Left"]
    assert set(seen.texts(".drop-card .card-state")) == {"Sold out"}
    assert len(seen.all(".card-over")) == len(seen.all(".drop-card"))


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("available", "Live now"),
        ("low", "Live now, few left"),
        ("all-held", "All held, some may come back"),
        ("sold-out", "Sold out"),
    ],
)
def test_the_large_one_says_what_is_left(page, level, words):
    a_drop_to_be_featured(level)
    assert page.get("/").texts("#hero .state") == [words]


def test_popular_things_are_shown_if_there_are_enough_of_them_and_no_drop_twice(page, ben):
    for number in range(3):
        factories.an_order(ben.user, factories.a_live_drop(title=f"Drop {number}"), 1)
    seen = page.get("/")
    assert seen.texts("h2")[1:] == [
        "Live now",
        "From creators you follow",
        "What people order most",
    ]
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
    assert asked() == few <= 9
