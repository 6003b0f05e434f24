"""Changes of a drop that meet: what is decided is true at the instant it is decided.

Each guard has its control: the same meeting without it, and what breaks then.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event

from sqlalchemy import func, select

from livedrop.drops import commands, queries, steps
from livedrop.drops.models import Drop, Sku
from livedrop.extensions import db
from livedrop.inventory import stock
from livedrop.inventory.stock import Units
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import Deadlock
from tests import factories
from tests.drops.drafts import a_sku, content
from tests.parallel import PATIENCE, together, until_waiting

ROUNDS = 10


def edit(drop, **facts):
    commands.edit_draft(drop_id=drop.id, actor_id=drop.creator_id, content=content(**facts))


def publish(drop):
    commands.publish(drop_id=drop.id, actor_id=drop.creator_id)


def cancel(drop):
    commands.cancel(drop_id=drop.id, actor_id=drop.creator_id, reason="It broke.")


def move(drop, by=timedelta(hours=1)):
    commands.reschedule(
        drop_id=drop.id,
        actor_id=drop.creator_id,
        starts_at=drop.starts_at + by,
        ends_at=drop.ends_at + by,
    )


def word(answer):
    return getattr(answer, "code", answer)


# --- edit against publish ---


def test_a_draft_is_either_edited_before_it_is_published_or_not_at_all(app, ada):
    for _ in range(ROUNDS):
        drop = factories.a_draft(ada.creator)
        answers = together(app, [lambda d=drop: edit(d, skus=[]), lambda d=drop: publish(d)])
        assert sorted(map(str, map(word, answers))) in (["None", "frozen"], ["None", "no-skus"])
        assert not published_with_nothing(drop)


def test_without_the_lock_a_drop_that_offers_nothing_is_published(app, ada, monkeypatch):
    drop = factories.a_draft(ada.creator)
    with one_after_the_other(monkeypatch) as first:
        together(app, [lambda: first(publish, drop), lambda: edit(drop, skus=[])])
    assert published_with_nothing(drop)


def published_with_nothing(drop):
    page = queries.drop_of_id(drop.id)
    return page.published_at is not None and not page.skus


# --- publish behind an edit ---


def test_what_an_edit_adds_is_seen_by_the_publication_that_waited_for_it(app, ada):
    drop = factories.a_draft(ada.creator, quantity=[])
    assert published_behind_an_edit_that_offers_something(app, drop) is None
    assert len(queries.drop_of_id(drop.id).skus) == 1


def test_with_skus_read_before_the_lock_the_publication_misses_them(app, ada, monkeypatch):
    monkeypatch.setattr(steps, "lock", locked_once)
    drop = factories.a_draft(ada.creator, quantity=[])
    assert word(published_behind_an_edit_that_offers_something(app, drop)) == "no-skus"


def published_behind_an_edit_that_offers_something(app, drop):
    with ThreadPoolExecutor(1) as pool:
        with transaction() as tx:
            locked, _ = steps.lock(tx, drop.id)
            waiting = pool.submit(together, app, [lambda: publish(drop)])
            until_waiting()
            steps.offer(tx, locked, [a_sku()])
        return waiting.result(PATIENCE)[0]


# --- edits behind each other ---


def test_edits_of_one_draft_wait_for_each_other(app, ada):
    drop = factories.a_draft(ada.creator, quantity=[1, 2])
    calls = [lambda n=n: edit(drop, skus=[a_sku(quantity=n)] * (n % 2)) for n in range(1, 9)]
    assert together(app, calls) == [None] * 8


def test_an_edit_that_waited_for_skus_that_went_locks_the_new_ones(app, ada):
    drop = factories.a_draft(ada.creator, quantity=[1])
    assert two_edits_behind_one(app, drop) == [None, None]


def test_with_the_new_skus_taken_after_the_drop_edits_deadlock(app, ada, monkeypatch):
    drop = factories.a_draft(ada.creator, quantity=[1])
    monkeypatch.setattr(steps, "lock", locked_in_the_wrong_order)
    answers = two_edits_behind_one(app, drop)
    assert Deadlock in map(type, answers)


def two_edits_behind_one(app, drop):
    """One waits for SKUs that are being replaced; the other comes when the new ones are there."""
    with ThreadPoolExecutor(2) as pool:
        with transaction() as tx:
            locked, units = steps.lock(tx, drop.id)
            second = pool.submit(together, app, [lambda: edit(drop)])
            until_waiting()
            steps.withdraw(tx, list(units))
            steps.offer(tx, locked, [a_sku(quantity=2)])
        third = pool.submit(together, app, [lambda: edit(drop)])
        return second.result(PATIENCE) + third.result(PATIENCE)


# --- cancel against reschedule ---


def test_a_cancelled_drop_never_moves(app, ada):
    for _ in range(ROUNDS):
        drop = factories.a_scheduled_drop(ada.creator)
        answers = together(app, [lambda d=drop: move(d), lambda d=drop: cancel(d)])
        assert answers[1] is None
        assert word(answers[0]) in {None, "cancelled"}
        assert queries.history(drop.id)[0].kind == "cancelled"


def test_without_the_lock_it_moves_after_it_was_cancelled(app, ada, monkeypatch):
    drop = factories.a_scheduled_drop(ada.creator)
    with one_after_the_other(monkeypatch) as first:
        together(app, [lambda: first(cancel, drop), lambda: move(drop)])
    assert queries.history(drop.id)[0].kind == "rescheduled"


# --- the clock ---


def test_a_drop_that_opened_while_its_move_waited_does_not_move(app, ada):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=0.4)
    assert word(moved_after_waiting_across_the_start(app, drop)) == "frozen"


def test_with_the_clock_of_the_transactions_begin_a_live_drop_moves(app, ada, monkeypatch):
    monkeypatch.setattr(Tx, "clock", lambda tx: tx.session.scalar(select(func.now())))
    drop = factories.a_scheduled_drop(ada.creator, starts_in=0.4)
    assert moved_after_waiting_across_the_start(app, drop) is None


def moved_after_waiting_across_the_start(app, drop):
    with ThreadPoolExecutor(1) as pool:
        with transaction() as tx:
            steps.lock(tx, drop.id)
            waiting = pool.submit(together, app, [lambda: move(drop)])
            until_waiting()
            while factories.now() < drop.starts_at:
                pass
        return waiting.result(PATIENCE)[0]


# --- the twins without a guard ---


@contextmanager
def one_after_the_other(monkeypatch):
    """Let two callers read before either writes, and the first write before the other."""
    both_have_read, first_is_done = Barrier(2), Event()
    winner = []

    def unguarded(tx, drop_id):
        drop = tx.session.get(Drop, drop_id)
        units = dict.fromkeys(sku_ids(tx, drop_id), Units(declared=1, claimed=0))
        both_have_read.wait(PATIENCE)
        if not winner or winner[0] is not db.session():
            assert first_is_done.wait(PATIENCE)
        return drop, units

    def first(change, drop):
        winner.append(db.session())
        change(drop)
        first_is_done.set()

    with monkeypatch.context() as patch:
        patch.setattr(steps, "lock", unguarded)
        yield first


def locked_once(tx, drop_id):
    """As `steps.lock`, but what the stock said before the wait is believed."""
    units = stock.lock(tx, drop_id)
    return tx.session.get(Drop, drop_id, with_for_update=True), units


def locked_in_the_wrong_order(tx, drop_id):
    """As `steps.lock`, but SKUs that came meanwhile are taken after the drop's row."""
    units = stock.lock(tx, drop_id)
    drop = tx.session.get(Drop, drop_id, with_for_update=True)
    now_there = dict.fromkeys(sku_ids(tx, drop_id), Units(declared=1, claimed=0))
    if units.keys() != now_there.keys():
        until_waiting()  # the next caller has the new SKUs and comes for the drop's row
    return drop, now_there


def sku_ids(tx, drop_id):
    return list(tx.session.scalars(select(Sku.id).where(Sku.drop_id == drop_id)))
