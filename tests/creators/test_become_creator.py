"""A person becomes a creator once, under their own handle."""

import pytest

from livedrop.accounts.models import User
from livedrop.creators import commands, queries
from livedrop.lib.errors import DomainError, Invalid
from tests import factories
from tests.parallel import together
from tests.rows import kinds, recorded, row


def test_ben_becomes_a_creator_under_his_handle(ben):
    commands.become_creator(user_id=ben.id, display_name="  Ben Prints ", bio="Paper.")
    card = queries.find_creator("BEN")
    assert (card.id, card.handle, card.display_name, card.bio) == (
        ben.id,
        "ben",
        "Ben Prints",
        "Paper.",
    )


def test_it_is_recorded_as_done_by_the_person(ben):
    commands.become_creator(user_id=ben.id, display_name="Ben")
    (event,) = recorded("CreatorJoined")
    assert (event.actor_id, event.subject) == (ben.id, f"creator:{ben.id}")


def test_the_second_time_is_refused_and_changes_nothing(ada):
    with pytest.raises(DomainError, match="already-creator"):
        commands.become_creator(user_id=ada.id, display_name="Somebody else")
    assert queries.creator_of(ada.id).display_name == "Ada"
    assert kinds() == []


def test_of_two_presses_at_the_same_moment_one_counts(app, ben):
    def press():
        return commands.become_creator(user_id=ben.id, display_name="Ben")

    answers = together(app, [press] * 4)
    assert answers.count(ben.id) == 1
    assert [answer.code for answer in answers if answer != ben.id] == ["already-creator"] * 3
    assert kinds() == ["CreatorJoined"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused_in_words(ben, name):
    with pytest.raises(Invalid) as refusal:
        commands.become_creator(user_id=ben.id, display_name=name)
    assert list(refusal.value.errors) == ["display_name"]


def test_the_profile_changes_and_the_handle_stays(ada):
    commands.edit_profile(creator_id=ada.id, display_name="Ada L.", bio="Engines.")
    card = queries.find_creator("ada")
    assert (card.display_name, card.bio) == ("Ada L.", "Engines.")
    assert kinds() == ["ProfileEdited"]


def test_a_creator_says_whose_clocks_count(ben):
    commands.become_creator(user_id=ben.id, display_name="Ben", time_zone="Asia/Kathmandu")
    assert row(User, id=ben.id).time_zone == "Asia/Kathmandu"
    commands.edit_profile(creator_id=ben.id, display_name="Ben", bio="", time_zone="UTC")
    assert row(User, id=ben.id).time_zone == "UTC"


def test_a_place_without_clocks_is_refused_in_words(ben):
    with pytest.raises(Invalid) as refusal:
        commands.become_creator(user_id=ben.id, display_name="Ben", time_zone="Moon/Tycho")
    assert list(refusal.value.errors) == ["time_zone"]


def test_creators_come_newest_first_page_by_page(app):
    made = [factories.a_creator().id for _ in range(5)]
    first = queries.creators_page(limit=3)
    second = queries.creators_page(first.next_cursor, limit=3)
    assert [card.id for card in first.items + second.items] == made[::-1]
    assert second.next_cursor is None


def test_a_newcomer_does_not_shift_the_next_page(app):
    made = [factories.a_creator().id for _ in range(4)]
    first = queries.creators_page(limit=2)
    factories.a_creator()
    second = queries.creators_page(first.next_cursor, limit=2)
    assert [card.id for card in second.items] == [made[1], made[0]]


def test_a_cursor_of_another_list_is_refused(ada):
    for _ in range(2):
        factories.a_product(ada.creator)
    from livedrop.products.queries import products_page

    cursor = products_page(limit=1).next_cursor
    with pytest.raises(DomainError, match="bad-cursor"):
        queries.creators_page(cursor)
