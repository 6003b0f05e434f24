"""Reconcile proves that everything adds up, and finds each kind of damage."""

from contextlib import contextmanager

import pytest
from sqlalchemy import text

from livedrop import reconcile
from livedrop.audit.commands import write_entries
from livedrop.drops import commands as drops
from livedrop.extensions import db
from livedrop.notifications.commands import remind_me
from livedrop.orders import commands as orders
from tests import factories
from tests.audit.trail import as_the_owner, tamper
from tests.notifications.news import told
from tests.outbox.conftest import BellRung, happen
from tests.programs import flask, run
from tests.rows import recorded

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, limit_per_customer=3)


@pytest.fixture
def paid(ben, drop):
    """An order that Ben paid."""
    order = factories.an_order(ben.user, drop, status="confirmed")
    factories.a_payment(order)
    return order


def problems():
    db.session.rollback()
    return list(reconcile.problems())


def only_problem():
    (problem,) = problems()
    return problem


# --- what adds up ---


def test_an_empty_house_adds_up():
    assert not problems()


def test_a_day_in_the_shop_adds_up(ada, ben, cleo, drop, paid):
    factories.an_order(cleo.user, drop, quantity=2)
    begun = factories.an_order(cleo.user, drop)
    orders.begin_payment(order_id=begun.id, user_id=cleo.id, method="pretend", outcome="success")
    orders.refund(order_id=paid.id, reason="It broke.")
    factories.an_order(ben.user, drop, status="lapsed")
    factories.an_order(ben.user, drop, status="cancelled")
    write_entries(event_ids=[event.id for event in recorded()])
    assert not problems()


def test_a_part_that_was_refunded_adds_up(ben, drop):
    order = factories.an_order(ben.user, drop, quantity=3, status="confirmed")
    factories.a_payment(order, amount=13500)
    orders.refund(order_id=order.id, reason="It broke.", quantities={factories.sku_of(drop).id: 1})
    assert not problems()


def test_what_came_back_without_a_word_is_found(ben, drop):
    order = factories.an_order(ben.user, drop, quantity=3, status="confirmed")
    factories.a_payment(order, amount=13500)
    orders.refund(order_id=order.id, reason="It broke.", quantities={factories.sku_of(drop).id: 1})
    tamper("""UPDATE order_refunds SET units = '{}'""")
    assert "1 units of SKU" in only_problem()
    tamper("DELETE FROM order_refunds")
    assert "came back, 0 by its refunds" in only_problem()


def test_a_refund_for_another_sum_than_its_units_cost_is_found(ben, drop):
    order = factories.an_order(ben.user, drop, quantity=3, status="confirmed")
    factories.a_payment(order, amount=13500)
    orders.refund(order_id=order.id, reason="It broke.", quantities={factories.sku_of(drop).id: 1})
    tamper("UPDATE order_refunds SET amount = 1")
    assert "refunds for 1, yet its units cost 4500 and 4500 is to go back" in only_problem()


def test_a_free_order_needs_no_money(ben, ada):
    gift = factories.a_live_drop(ada.creator, price=0)
    factories.an_order(ben.user, gift, status="confirmed")
    assert not problems()


# --- units ---


def test_more_claimed_than_stands_is_found(paid):
    tamper("UPDATE stock SET claimed = claimed + 1")
    assert "2 units claimed, 1 in orders that stand" in only_problem()


def test_less_claimed_than_stands_is_found(paid):
    tamper("UPDATE stock SET claimed = 0")
    assert "0 units claimed, 1 in orders that stand" in only_problem()


def test_claimed_units_without_any_order_are_found(drop):
    tamper("UPDATE stock SET claimed = 1")
    assert "1 units claimed, 0 in orders that stand" in only_problem()


def test_an_order_for_what_has_no_stock_is_found(paid):
    tamper("DELETE FROM stock")
    assert any("0 units claimed, 1 in orders that stand" in problem for problem in problems())


def test_more_claimed_than_declared_is_found(paid):
    with without("stock", "ck_stock_claimed_within_declared"):
        tamper("UPDATE stock SET declared = 0")
        assert only_problem().endswith("1 of 0 units claimed")


@contextmanager
def without(table, constraint):
    """Drop a constraint, and put it back once the damage was looked at."""
    question = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    with as_the_owner() as connection:
        made = connection.execute(text(question), {"name": constraint}).scalar_one()
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"))
    yield
    with as_the_owner() as connection:
        connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {made}"))


def test_stock_that_belongs_to_another_drop_is_found(drop):
    tamper("UPDATE stock SET drop_id = drop_id + 1")
    assert "does not belong to its drop" in only_problem()


def test_somebody_over_the_limit_is_found(ben, drop):
    for _ in range(2):
        factories.an_order(ben.user, drop, quantity=2)
    assert f"person {ben.id}: 4 units of drop {drop.id}, whose limit is 3" == only_problem()


# --- orders ---


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM order_lines", "it has no line"),
        ("UPDATE order_lines SET price = 1", "a price was changed"),
        ("UPDATE order_lines SET returned = quantity", "all was returned, yet it is confirmed"),
        ("UPDATE orders SET status = 'refunded'", "units stand, yet it is refunded"),
    ],
)
def test_an_order_whose_lines_were_changed_is_found(paid, damage, found):
    tamper(damage)
    assert f"order {paid.id}: {found}" in problems()


def test_a_line_of_another_drop_is_found(paid, ada):
    other = factories.a_live_drop(ada.creator)
    tamper("UPDATE order_lines SET sku_id = :sku", sku=factories.sku_of(other).id)
    assert f"order {paid.id}: a line is of another drop" in problems()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE drops SET starts_at = clock_timestamp()",
        "UPDATE drops SET ends_at = starts_at + interval '1 second'",
        "UPDATE drops SET published_at = NULL",
        "UPDATE drops SET cancelled_at = starts_at",
    ],
)
def test_an_order_from_outside_its_drops_time_is_found(paid, damage):
    tamper(damage)
    assert any("was not live" in problem for problem in problems())


def test_a_window_longer_than_it_should_be_is_found(ben, drop):
    factories.an_order(ben.user, drop)
    tamper("UPDATE orders SET due_at = due_at + interval '30 seconds'")
    assert only_problem().endswith("not protected")


def test_a_payment_that_does_not_protect_its_order_is_found(ben, drop):
    order = factories.an_order(ben.user, drop)
    orders.begin_payment(order_id=order.id, user_id=ben.id, method="pretend", outcome="success")
    tamper("UPDATE orders SET due_at = pay_by")
    assert only_problem().endswith(", protected")


# --- money ---


def test_a_confirmed_order_without_a_payment_is_found(ben, drop):
    order = factories.an_order(ben.user, drop, status="confirmed")
    assert f"order {order.id} (confirmed): 0 kept of its payments, 4500 is" in only_problem()


@pytest.mark.parametrize("status", ["cancelled", "lapsed"])
def test_money_kept_for_an_order_that_does_not_stand_is_found(ben, drop, status):
    factories.a_payment(factories.an_order(ben.user, drop, status=status))
    assert "4500 kept of its payments, 0 is what stands" in only_problem()


def test_an_order_that_was_paid_twice_is_found(paid):
    factories.a_payment(paid, status="refund_failed")
    assert "9000 kept of its payments, 4500 is what stands" in only_problem()


def test_a_return_whose_money_is_not_owed_is_found(ben, drop):
    order = factories.an_order(ben.user, drop, quantity=2, status="confirmed")
    factories.a_payment(order, amount=9000)
    tamper("UPDATE order_lines SET returned = 1")
    tamper("UPDATE stock SET claimed = 1")
    money, units = problems()
    assert "9000 kept of its payments, 4500 is what stands" in money
    assert "came back, 0 by its refunds" in units


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE payments SET status = 'refunded'",
        "UPDATE payments SET status = 'succeeded', refund_due = 4500",
        "UPDATE payments SET status = 'declined', refund_due = 4500",
    ],
)
def test_a_payment_that_says_what_it_did_not_do_is_found(paid, damage):
    tamper(damage)
    assert any("to go back" in problem for problem in problems())


# --- followers ---


@pytest.fixture
def followed(ada):
    """Ada has three followers."""
    factories.followers(ada.creator, 3)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE follower_counts SET followers = followers + 1",
        "DELETE FROM follower_counts",
        "UPDATE follower_days SET lost = 1",
        "DELETE FROM follows WHERE follower_id = (SELECT min(follower_id) FROM follows)",
        "UPDATE follower_counts SET shard = shard + 50",
    ],
)
def test_followers_that_are_counted_wrongly_are_found(followed, ada, damage):
    assert not problems()
    tamper(damage)
    assert all(one.startswith(f"creator {ada.id}, shard") for one in problems())
    assert problems()


def test_followers_of_a_day_on_which_fewer_came_are_found(followed, ada):
    tamper("UPDATE follower_days SET day = day - 1")
    assert only_problem().endswith("on which 0 were counted")


# --- news ---


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE announcements SET creator_id = :ben", "is not of the creator of drop"),
        ("UPDATE drops SET published_at = NULL", "is not of the creator of drop"),
        ("UPDATE notifications SET id = (SELECT id FROM announcements)", "two have this number"),
        ("INSERT INTO inboxes VALUES (:ben, 1000000000)", "and it is yet to come"),
    ],
)
def test_news_that_cannot_be_are_found(ada, ben, damage, found):
    factories.a_creator(ben.user)
    drop = factories.a_scheduled_drop(ada.creator, starts_in=100)
    remind_me(user_id=ben.id, drop_id=drop.id)
    drops.announce_due()
    factories.change(drop, starts_at=factories.now())
    drops.announce_due()
    told()
    tamper("DELETE FROM notifications WHERE kind = 'reminder-now'")
    assert not problems()
    tamper(damage, **({"ben": ben.id} if ":ben" in damage else {}))
    assert found in only_problem()


# --- events ---


def audited(*events):
    """Let it happen and be audited, as the relay and the audit worker do."""
    happen(*events)
    ids = [event.id for event in recorded()]
    with as_the_owner() as connection:
        connection.execute(text("UPDATE outbox_events SET awaiting = '{audit}'"))
    write_entries(event_ids=ids)


def test_an_event_acknowledged_without_an_entry_is_found():
    happen(BellRung(id=1))
    tamper("UPDATE outbox_events SET awaiting = '{}'")
    assert "acknowledged by the audit trail, which has no entry of it" in only_problem()


def test_a_cut_tail_of_the_audit_trail_is_found_while_its_events_are_kept():
    audited(BellRung(id=1), BellRung(id=2))
    tamper("DELETE FROM audit_entries WHERE id = 2")
    assert "has no entry of it" in only_problem()


def test_an_entry_of_an_event_that_still_awaits_it_is_found():
    audited(BellRung(id=1))
    tamper("UPDATE outbox_events SET awaiting = '{audit}'")
    assert "has an entry in the audit trail, which still awaits it" in only_problem()


def test_a_trail_rewritten_with_its_hashes_is_found_while_its_events_are_kept():
    happen(BellRung(id=1))
    tamper("UPDATE outbox_events SET awaiting = '{audit}', actor_id = 7")
    write_entries(event_ids=[recorded()[0].id])
    tamper("UPDATE outbox_events SET actor_id = 8")
    assert "does not tell what event" in only_problem()


def test_an_edited_entry_is_found():
    audited(BellRung(id=1), BellRung(id=2))
    tamper("UPDATE audit_entries SET previous = hash WHERE id = 2")
    assert "audit entry 2 is not chained to entry 1" in problems()


def test_events_on_their_way_are_accounted_for():
    happen(BellRung(id=1), BellRung(id=2))
    assert not problems()


# --- as an operator runs it ---


def test_it_says_that_everything_adds_up(config, paid):
    ended = run(config, flask("reconcile"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("Everything adds up: 1 drops, 1 orders, 1 payments")


def test_it_says_what_is_wrong_and_fails(config, paid):
    tamper("UPDATE stock SET claimed = 0")
    ended = run(config, flask("reconcile"))
    assert (ended.returncode, ended.stdout.count("\n")) == (1, 1)


def test_it_holds_the_trail_against_an_end_that_was_printed_earlier(config):
    audited(BellRung(id=1), BellRung(id=2))
    tamper("DELETE FROM outbox_events")
    anchor = run(config, flask("reconcile")).stdout.split()[-1]
    tamper("DELETE FROM audit_entries WHERE id = 2")
    assert run(config, flask("reconcile")).returncode == 0
    assert run(config, flask("reconcile", "--anchor", anchor)).returncode == 1
    assert run(config, flask("reconcile", "--anchor", "nonsense")).returncode == 2


def test_a_great_damage_is_cut_short(monkeypatch, ada, cleo):
    monkeypatch.setattr(reconcile, "AT_MOST", 2)
    for _ in range(4):
        factories.an_order(cleo.user, factories.a_live_drop(ada.creator), status="confirmed")
    assert [problem for problem in problems() if "more of the same" in problem]
    assert len(problems()) == 3
