"""What is said of a running drop: by whoever makes it true, once, and only if it is true."""

import pytest

from livedrop.drops import commands as drop_commands
from livedrop.drops import notices
from livedrop.orders import commands
from livedrop.orders.commands import lapse_due
from tests import factories, parallel
from tests.rows import kinds, recorded
from tests.shopping import call_back, cancel_drop, change, confirmed, end, pay, place, placed
from tests.statements import statements

NEWS = {"DropRanLow", "DropSoldOut", "DropBack", "FirstSale"}


def said():
    return [kind for kind in kinds() if kind in NEWS]


def lapse(bought):
    change("UPDATE orders SET due_at = clock_timestamp() WHERE id = :id", id=bought.id)
    lapse_due()


# --- low ---


@pytest.mark.parametrize(
    ("before", "after", "declared", "news"),
    [
        (3, 2, 20, ["low"]),
        (20, 1, 20, ["low"]),
        (2, 1, 20, []),  # it was low
        (3, 0, 20, []),  # gone at once is not nearly gone
        (2, 1, 3, ["low"]),  # one is always few
        (1, 1, 1, []),
        (0, 1, 20, ["back"]),
        (1, 20, 20, []),
    ],
)
def test_a_tenth_is_few_and_so_is_one(before, after, declared, news):
    assert notices.crossed(before, after, declared) == news


def test_the_order_that_leaves_few_says_so_and_no_other(app, ben, cleo):
    drop = factories.a_live_drop(quantity=20, limit_per_customer=20)
    place(ben, drop, 17)
    assert said() == []
    place(ben, drop, 1)
    assert said() == ["DropRanLow"]
    place(cleo, drop, 1)
    assert said() == ["DropRanLow"]


def test_it_runs_low_once_though_units_come_back(app, ben):
    drop = factories.a_live_drop(quantity=3, limit_per_customer=3)
    for _ in range(2):
        commands.cancel(order_id=placed(ben, drop, 2).id, user_id=ben.id)
    assert said() == ["DropRanLow"]


def test_without_the_mark_it_would_be_said_again(app, ben, monkeypatch):
    drop = factories.a_live_drop(quantity=3, limit_per_customer=3)
    for _ in range(2):
        commands.cancel(order_id=placed(ben, drop, 2).id, user_id=ben.id)
        change("DELETE FROM drop_marks")
    assert said() == ["DropRanLow", "DropRanLow"]


def test_an_order_that_changes_no_news_asks_nothing_more(app, ben):
    drop = factories.a_live_drop(quantity=20)
    with statements() as sent:
        place(ben, drop)
    assert not any("drop_marks" in statement for statement in sent)


def test_people_who_press_together_say_it_once(app):
    drop = factories.a_live_drop(quantity=20)
    people = [factories.a_user() for _ in range(19)]
    parallel.together(app, [lambda person=person: place(person, drop) for person in people])
    assert said() == ["DropRanLow"]


# --- sold out, and the first sale ---


def test_it_is_sold_out_when_the_last_unit_is_paid_for(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2)
    bought, other = placed(ben, drop), placed(cleo, drop)
    call_back(pay(bought))
    assert said() == ["DropRanLow", "FirstSale"]  # a unit is held, and may come back
    call_back(pay(other))
    assert said() == ["DropRanLow", "FirstSale", "DropSoldOut"]


def test_it_is_not_sold_out_while_another_sku_has_units(app, ben):
    drop = factories.a_live_drop(quantity=[1, 1])
    confirmed(ben, drop)
    assert "DropSoldOut" not in said()


def test_it_sells_out_once_and_first_once(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    commands.refund(order_id=confirmed(ben, drop).id, reason="broken")
    confirmed(cleo, drop)
    assert sorted(said()) == ["DropBack", "DropSoldOut", "FirstSale"]


def test_a_drop_that_is_over_sells_out_no_more_but_may_have_its_first_sale(app, ben):
    drop = factories.a_live_drop(quantity=1)
    payment = pay(placed(ben, drop))
    end(drop)
    call_back(payment)
    assert said() == ["FirstSale"]


def test_the_creator_is_named(app, ben):
    drop = factories.a_live_drop(quantity=1)
    confirmed(ben, drop)
    (event,) = recorded("DropSoldOut")
    assert (event.subject, event.payload) == (f"drop:{drop.id}", {"creator_id": drop.creator_id})


# --- back ---


def test_units_that_lapse_are_back_if_there_were_none(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    lapse(placed(ben, drop))
    assert said() == ["DropBack"]


def test_units_that_come_back_beside_others_are_no_news(app, ben):
    drop = factories.a_live_drop(quantity=20)
    lapse(placed(ben, drop))
    assert said() == []


def test_what_is_claimed_in_the_same_breath_was_never_back(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    factories.an_order(ben.user, drop, pay_in=-0.01)
    placed(cleo, drop)
    assert said() == []


def test_a_late_payment_that_takes_its_units_again_brings_nothing_back(app, ben):
    drop = factories.a_live_drop(quantity=1)
    bought = placed(ben, drop)
    payment = pay(bought)
    change("UPDATE orders SET due_at = clock_timestamp() WHERE id = :id", id=bought.id)
    call_back(payment)
    assert sorted(said()) == ["DropSoldOut", "FirstSale"]


def test_more_units_are_back_if_there_were_none(app, ben):
    drop = factories.a_live_drop(quantity=1)
    placed(ben, drop)
    (sku,) = factories.skus_of(drop)
    drop_commands.add_units(drop_id=drop.id, actor_id=drop.creator_id, declared={sku.id: 5})
    assert said() == ["DropBack"]


def test_they_are_back_at_most_every_ten_minutes(app, ben):
    drop = factories.a_live_drop(quantity=1)
    for _ in range(2):
        commands.cancel(order_id=placed(ben, drop).id, user_id=ben.id)
    assert said() == ["DropBack"]
    change("UPDATE drop_marks SET at = at - interval '10 minutes'")
    commands.cancel(order_id=placed(ben, drop).id, user_id=ben.id)
    assert said() == ["DropBack", "DropBack"]


def test_nothing_is_back_in_a_drop_that_is_over_or_cancelled(app, ben):
    for over in (end, cancel_drop):
        drop = factories.a_live_drop(quantity=1)
        bought = placed(ben, drop)
        over(drop)
        lapse(bought)
    assert said() == []
