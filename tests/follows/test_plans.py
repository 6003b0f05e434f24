"""Pages of follows are found by an index, however deep they lie: Postgres is asked how it reads."""

from datetime import datetime

import pytest
from sqlalchemy import and_, or_, text

from livedrop.extensions import db
from livedrop.follows import queries
from livedrop.follows.models import Follow
from livedrop.follows.queries import followers_of, followers_page, following_page, growth
from livedrop.lib.db import transaction
from tests import factories
from tests.statements import plan

pytestmark = pytest.mark.usefixtures("app")

DEPTH = 2000
FOLLOWING = text("""
    WITH person AS (
        INSERT INTO users (email, handle, display_name, password_hash)
        SELECT 'c' || n || '@example.com', 'c' || n, 'Creator ' || n, ''
        FROM generate_series(1, :count) AS n RETURNING id, handle, display_name
    ), creator AS (
        INSERT INTO creators (id, handle, display_name) SELECT * FROM person RETURNING id
    )
    INSERT INTO follows (follower_id, creator_id, since)
    SELECT :follower, id, clock_timestamp() FROM creator
""")


def analyze():
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE follows, users, creators, follower_counts, follower_days"))


@pytest.fixture
def deep_among_followers(ada):
    """Asks for the page of Ada's followers behind `DEPTH` of them."""
    factories.followers(ada.creator, DEPTH + 1000)
    factories.followers(factories.a_creator(), 1000)
    analyze()
    cursor = followers_page(ada.id, limit=DEPTH).next_cursor
    return lambda: followers_page(ada.id, cursor=cursor)


@pytest.fixture
def deep_among_creators(ben):
    """Asks for the page of whom Ben follows behind `DEPTH` of them."""
    with transaction() as tx:
        tx.execute(FOLLOWING, {"follower": ben.id, "count": DEPTH + 1000})
    factories.followers(factories.a_creator(), 1000)
    analyze()
    cursor = following_page(ben.id, limit=DEPTH).next_cursor
    return lambda: following_page(ben.id, cursor=cursor)


def test_a_deep_page_of_followers_is_where_its_index_says(deep_among_followers):
    read = plan(deep_among_followers)
    assert "ix_follows_of_creator" in read
    assert "Index Cond: ((creator_id = " in read
    assert "(ROW(since, follower_id) < ROW(" in read
    assert "Removed by Filter" not in read


def test_a_deep_page_of_creators_is_where_its_index_says(deep_among_creators):
    read = plan(deep_among_creators)
    assert "ix_follows_of_person" in read
    assert "Index Cond: ((follower_id = " in read
    assert "(ROW(since, creator_id) < ROW(" in read
    assert "Removed by Filter" not in read


def test_written_with_or_it_reads_all_that_lies_before(deep_among_followers, monkeypatch):
    def before(column, key):
        since = datetime.fromisoformat(key[0])
        return or_(Follow.since < since, and_(Follow.since == since, column < key[1]))

    monkeypatch.setattr(queries, "_before", before)
    assert f"Rows Removed by Filter: {DEPTH}" in plan(deep_among_followers)


def test_the_count_of_many_followers_reads_its_shards_and_no_more(deep_among_followers, ada):
    read = plan(lambda: followers_of([ada.id]))
    assert "follower_counts" in read
    assert "follows" not in read


def test_growth_reads_days_and_not_followers(deep_among_followers, ada):
    read = plan(lambda: growth(ada.id))
    assert "follower_days" in read
    assert "follows" not in read
