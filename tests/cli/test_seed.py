"""The demo world: a drop in every state, people one can be, and everything adds up."""

import pytest

from livedrop import reconcile
from livedrop.accounts.models import User
from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.drops.models import Drop
from livedrop.drops.schedule import state
from livedrop.extensions import db
from livedrop.follows.models import Follow
from livedrop.follows.queries import followers_of, growth
from livedrop.insights.numbers import numbers_page
from livedrop.lib.passwords import matches
from livedrop.orders.models import Order, OrderLine
from livedrop.outbox.models import OutboxEvent
from livedrop.seed.commands import PASSWORD, seed
from livedrop.seed.launch_day import LAUNCH_DAY
from tests import factories
from tests.programs import flask, run
from tests.rows import recorded, row, rows

pytestmark = pytest.mark.usefixtures("app")


def problems():
    db.session.rollback()
    return list(reconcile.problems())


def test_it_adds_up_before_and_after_it_is_audited():
    seed(world=LAUNCH_DAY)
    assert not problems()
    write_entries(event_ids=[event.id for event in recorded()])
    assert not problems()
    assert len(rows(AuditEntry)) == len(rows(OutboxEvent)) > 500


def test_it_has_a_drop_in_every_state():
    seed(world=LAUNCH_DAY)
    now = factories.now()
    states = [state(drop, now) for drop in rows(Drop)]
    assert set(states) == {"draft", "scheduled", "live", "ended", "cancelled"}
    assert states.count("live") == 3


def test_of_the_live_ones_one_is_sold_out_and_one_long_and_partly_sold():
    seed(world=LAUNCH_DAY)
    sold_out, partly = row(Drop, slug="moths-of-my-street"), row(Drop, slug="harbour-at-dusk")
    assert factories.stock_of(sold_out) == [(50, 50)]
    assert factories.stock_of(partly) == [(40, 29), (20, 17)]
    assert (partly.ends_at - factories.now()).days >= 2


def test_the_latest_order_has_the_latest_id():
    seed(world=LAUNCH_DAY)
    orders = sorted(rows(Order), key=lambda order: order.id)
    placed = [order.placed_at.replace(microsecond=0) for order in orders]
    assert placed == sorted(placed)
    assert {order.id.version for order in orders} == {7}


def test_one_starts_about_a_minute_from_now():
    seed(world=LAUNCH_DAY)
    waits = [(drop.starts_at - factories.now()).total_seconds() for drop in rows(Drop)]
    assert [wait for wait in waits if 30 < wait < 120]


def test_the_cast_can_sign_in():
    seed(world=LAUNCH_DAY)
    for name in ("ada", "ben", "dora"):
        user = row(User, email=f"{name}@livedrop.example")
        assert matches(user.password_hash, PASSWORD)
        assert bool(user.admin_since) == (name == "dora")


def test_more_look_than_try_and_where_all_is_sold_some_got_nothing():
    seed(world=LAUNCH_DAY)
    creators = {drop.creator_id for drop in rows(Drop)}
    told = [one for each in creators for one in numbers_page(each, cursor=None, limit=9).items]
    assert all(one.views > one.attempts >= one.orders for one in told if one.orders)
    assert any(one.turned_away and one.sold == one.declared for one in told)


def test_people_follow_in_it_and_ben_follows_ada():
    seed(world=LAUNCH_DAY)
    people = {user.handle: user.id for user in rows(User)}
    follows = rows(Follow)
    assert (people["ben"], people["ada"]) in {(one.follower_id, one.creator_id) for one in follows}
    assert all(one.since < factories.now() for one in follows)
    followers = followers_of([people[maker.handle] for maker in LAUNCH_DAY.makers])
    assert sum(followers.values()) == len(follows) > 300
    assert len({*followers.values()}) == len(followers)
    assert growth(people["ada"]).gained_this_week > 0


def test_whoever_orders_in_it_is_somebody_else_each_time_and_in_time():
    seed(world=LAUNCH_DAY)
    drops = {drop.id: drop for drop in rows(Drop)}
    orders = rows(Order)
    assert all(order.placed_at < factories.now() for order in orders)
    assert all(drops[order.drop_id].starts_at <= order.placed_at for order in orders)
    assert len({(order.drop_id, order.user_id) for order in orders}) == len(orders)


def test_a_second_time_changes_nothing():
    assert seed(world=LAUNCH_DAY)
    before = [user.id for user in rows(User)]
    assert not seed(world=LAUNCH_DAY)
    assert [user.id for user in rows(User)] == before


def test_where_somebody_lives_it_changes_nothing(cleo):
    assert not seed(world=LAUNCH_DAY)
    assert row(User).id == cleo.id


def test_fresh_it_is_the_same_world_anew():
    seed(world=LAUNCH_DAY)
    before, first = told(), rows(User)[0].id
    write_entries(event_ids=[event.id for event in recorded()])
    assert seed(world=LAUNCH_DAY, fresh=True)
    assert (told(), rows(AuditEntry)) == (before, [])
    assert rows(User)[0].id > first  # nobody is mistaken for somebody of the old world
    assert not problems()


def told():
    """Who is there, and what was bought for how much, in the order it was told."""
    people = [(user.handle, user.display_name) for user in rows(User)]
    lines = sorted((line.order_id, line.quantity, line.price) for line in rows(OrderLine))
    return people, lines


def test_the_audit_trail_is_closed_again_after_it_was_emptied():
    seed(world=LAUNCH_DAY, fresh=True)
    write_entries(event_ids=[recorded()[0].id])
    with pytest.raises(Exception, match="never changed"), db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entries")


def test_the_command_makes_it_once(config):
    assert [run(config, flask("seed")).stdout for _ in range(2)] == [
        "The demo world is made.\n",
        "Somebody lives here: nothing was changed.\n",
    ]
    assert run(config, flask("seed", "--fresh")).returncode == 0
    assert run(config, flask("reconcile")).returncode == 0


def test_it_is_refused_in_production(config):
    ended = run(config, flask("seed"), env="production", smtp_url="smtp://127.0.0.1")
    assert (ended.returncode, rows(User)) == (1, [])
    assert "not in production" in ended.stderr
