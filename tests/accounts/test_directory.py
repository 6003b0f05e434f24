"""People are found by how their names begin, and finding them costs the same among a million."""

import re

import pytest
from sqlalchemy import text

from livedrop.accounts import directory
from livedrop.accounts.directory import people_page
from livedrop.accounts.models import User
from livedrop.extensions import db
from tests import factories
from tests.statements import plan

pytestmark = pytest.mark.usefixtures("app")


def handles(words="", **how):
    return [one.handle for one in people_page(words, limit=10, **how).items]


def test_a_handle_is_found_by_its_beginning_in_any_case(ben, cleo):
    assert handles("B") == handles("@be") == handles("ben") == ["ben"]
    assert handles("en") == []


def test_an_address_is_found_by_its_beginning_up_to_the_at(ben, cleo):
    assert handles("CLEO@") == handles("cleo@example.com") == ["cleo"]


def test_a_number_finds_an_id_before_handles_that_begin_so(ben):
    other = factories.a_user(f"{ben.id}x")
    assert handles(str(ben.id)) == ["ben", other.handle]
    assert handles("9" * 40) == []


def test_what_means_something_to_a_database_means_itself(ben):
    """S49"""
    factories.a_user("b_n")
    assert handles("b_") == ["b_n"]
    assert handles("b%") == handles("'") == handles("\\") == []


def test_nobody_is_left_out_between_two_pages():
    made = {factories.a_user(f"many{number:02}").handle for number in range(7)}
    for words in ("many", ""):
        first = people_page(words, limit=3)
        second = people_page(words, cursor=first.next_cursor, limit=3)
        third = people_page(words, cursor=second.next_cursor, limit=3)
        found = [one.handle for page in (first, second, third) for one in page.items]
        assert (sorted(found), third.next_cursor) == (sorted(made), None)


def test_the_suspended_and_the_admins_are_found_among_all(ben, dora):
    suspended = factories.a_user("sue", suspended_at=factories.now())
    assert handles(among="admins") == ["dora"]
    assert handles(among="suspended") == handles("s", among="suspended") == [suspended.handle]


CROWD = text("""
    INSERT INTO users (email, handle, display_name, password_hash)
    SELECT 'crowd' || n || '@example.com', 'crowd' || n, 'Somebody', ''
    FROM generate_series(1, 5000) AS n
""")


@pytest.fixture
def crowd():
    with db.engine.begin() as connection:
        connection.execute(CROWD)
        connection.execute(text("ANALYZE users"))


def most_rows(words):
    """That any part of the plan reads for a page of fifty."""
    read = plan(lambda: people_page(words, limit=50))
    counts = re.findall(r"actual rows=(\d+)|Removed by Filter: (\d+)", read)
    return max(int(number) for pair in counts for number in pair if number)


@pytest.mark.parametrize("words", ["crowd1", "crowd4999", "crowd1@", "crowd7@example.com", ""])
def test_it_reads_a_page_of_people_and_no_more_however_many_there_are(crowd, words):
    assert most_rows(words) <= 51


def test_by_what_no_index_knows_it_would_read_them_all(crowd, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(directory, "HANDLE", User.display_name)
    assert most_rows("Some") > 1000
