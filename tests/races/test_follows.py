"""Fifty presses at the same moment are one follow, counted and recorded once.

Each guard has its control: the same meeting without it, and what breaks then.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from livedrop import reconcile
from livedrop.extensions import db
from livedrop.follows import steps
from livedrop.follows.commands import follow, unfollow
from livedrop.follows.models import Follow
from livedrop.follows.queries import followers_of
from livedrop.lib.db import transaction
from tests import factories
from tests.parallel import PATIENCE, together, until_waiting
from tests.rows import kinds, rows

PRESSES = 50


def press(who, creator, command=follow):
    return lambda: command(follower_id=who.id, creator_id=creator.id)


def counted(creator):
    db.session.rollback()
    return followers_of([creator.id])[creator.id]


def problems():
    db.session.rollback()
    return [one for one in reconcile.problems() if one.startswith("creator")]


def test_fifty_presses_are_one_follow(app, ada, ben):
    answers = together(app, [press(ben, ada)] * PRESSES)
    assert Counter(answers) == {True: 1, False: PRESSES - 1}
    assert (len(rows(Follow)), counted(ada), kinds()) == (1, 1, ["Followed"])


def test_fifty_presses_end_one_follow(app, ada, ben):
    follow(follower_id=ben.id, creator_id=ada.id)
    answers = together(app, [press(ben, ada, unfollow)] * PRESSES)
    assert Counter(answers) == {True: 1, False: PRESSES - 1}
    assert (rows(Follow), counted(ada), kinds()) == ([], 0, ["Followed", "Unfollowed"])


def test_presses_to_and_fro_are_told_one_after_the_other(app, ada, ben):
    together(app, [press(ben, ada), press(ben, ada, unfollow)] * (PRESSES // 2))
    told = kinds()
    assert told == (["Followed", "Unfollowed"] * PRESSES)[: len(told)]
    assert len(rows(Follow)) == counted(ada) == told.count("Followed") - told.count("Unfollowed")
    assert not problems()


def test_a_crowd_that_follows_at_once_is_counted_to_the_last(app, ada):
    crowd = [factories.a_user() for _ in range(PRESSES)]
    assert together(app, [press(one, ada) for one in crowd]) == [True] * PRESSES
    assert (len(rows(Follow)), counted(ada), kinds()) == (PRESSES, PRESSES, ["Followed"] * PRESSES)
    assert not problems()


def test_two_followers_of_different_shards_do_not_wait_for_each_other(app, ada):
    first, second = people_apart(1)
    with transaction() as tx:
        steps.begin(tx, first.id, ada.id)
        assert together(app, [press(second, ada)]) == [True]


# --- the controls ---


def test_in_one_shard_every_follow_waits_for_the_one_before(app, ada, monkeypatch):
    one_shard = text(str(steps.BEGIN).replace(f"% {steps.SHARDS}", "% 1"))
    monkeypatch.setattr(steps, "BEGIN", one_shard)
    first, second = people_apart(1)
    with ThreadPoolExecutor(1) as pool:
        with transaction() as tx:
            steps.begin(tx, first.id, ada.id)
            waiting = pool.submit(together, app, [press(second, ada)])
            until_waiting()
        assert waiting.result(PATIENCE) == [True]


def test_who_looks_first_and_then_follows_does_so_twice(unguarded, monkeypatch):
    ada, ben = factories.a_creator(), factories.a_user()
    monkeypatch.setattr(steps, "begin", looked_first(Barrier(2)))
    assert together(unguarded, [press(ben, ada)] * 2) == [True, True]
    assert (len(rows(Follow)), kinds()) == (2, ["Followed"] * 2)


def test_a_count_that_is_read_and_then_written_loses_a_follower(app, ada, monkeypatch):
    first, second = people_apart(steps.SHARDS)
    monkeypatch.setattr(steps, "begin", counted_in_python(Barrier(2)))
    assert together(app, [press(first, ada), press(second, ada)]) == [True, True]
    assert problems()[0].endswith("1 followers counted, 0 by the days, 2 follow")


def people_apart(ids):
    """Two people so many ids apart: of one shard if that is a multiple of their number."""
    people = [factories.a_user() for _ in range(ids + 1)]
    assert people[-1].id - people[0].id == ids
    return people[0], people[-1]


@pytest.fixture
def unguarded(make_app, postgres, migrated):
    """A house whose database lets somebody follow the same creator twice; its context is open."""
    with postgres.database(template=migrated) as name:
        app = make_app(database_url=postgres.url(name))
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(text("ALTER TABLE follows DROP CONSTRAINT pk_follows"))
            yield app
            db.session.remove()


INSERT = text("INSERT INTO follows (follower_id, creator_id) VALUES (:follower, :creator)")


def looked_first(meeting):
    """As `steps.begin`, but it reads, thinks and writes; those who meet have all read."""

    def begin(tx, follower_id, creator_id):
        there = tx.session.get(Follow, (follower_id, creator_id))
        meeting.wait(PATIENCE)
        if there is None:
            tx.execute(INSERT, {"follower": follower_id, "creator": creator_id})
        return there is None

    return begin


def counted_in_python(meeting):
    """As `steps.begin`, but the count is what was read and one more."""

    def begin(tx, follower_id, creator_id):
        facts = {"creator": creator_id, "shard": follower_id % steps.SHARDS}
        known = tx.execute(READ, facts).scalar() or 0
        meeting.wait(PATIENCE)
        tx.execute(INSERT, {"follower": follower_id, "creator": creator_id})
        tx.execute(WRITE, facts | {"number": known + 1})
        return True

    return begin


READ = text("SELECT followers FROM follower_counts WHERE creator_id = :creator AND shard = :shard")
WRITE = text(
    "INSERT INTO follower_counts VALUES (:creator, :shard, :number)"
    " ON CONFLICT (creator_id, shard) DO UPDATE SET followers = :number"
)
