"""A creator's day is summed up once, when it is over by their own clocks."""

from datetime import date, timedelta

from livedrop.notifications.commands import end_days
from livedrop.notifications.models import Notification
from tests import factories
from tests.notifications.news import only, told
from tests.parallel import together
from tests.rows import recorded, row
from tests.shopping import change


def sold(ben, drop, at, **facts):
    return factories.an_order(ben.user, drop, status="confirmed", closed_at=at, **facts)


def noon(days_ago):
    """The middle of a day, of which every time zone from -11 to +11 says the same date."""
    today = factories.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


def test_what_a_day_came_to_is_told_to_whose_day_it_was_once(app, ada, ben):
    drop = factories.a_live_drop(ada.creator, starts_in=-5 * 86400, quantity=50)
    sold(ben, drop, noon(1), quantity=2)
    sold(ben, drop, noon(1))
    sold(ben, drop, noon(0))
    factories.an_order(ben.user, drop, status="refunded", closed_at=noon(1))
    end_days()
    assert end_days() == 0
    event = only(recorded("DayEnded"))
    assert (event.subject, event.actor_id) == (f"creator:{ada.id}", None)
    assert event.payload == {
        "day": str(noon(1).date()),
        "orders": 2,
        "units": 3,
        "amounts": {"EUR": 13500},
    }
    assert only(told()).user_ids == (ada.id,)
    assert (row(Notification).kind, row(Notification).drop_id) == ("summary", None)


def test_a_day_is_the_creators_own(app, ada, ben):
    """An order at noon in UTC is one of the next day where it is one in the morning then."""
    factories.change(ada.user, time_zone="Pacific/Kiritimati")
    drop = factories.a_live_drop(ada.creator, starts_in=-5 * 86400, quantity=50)
    sold(ben, drop, noon(2))
    end_days()
    day = date.fromisoformat(only(recorded("DayEnded")).payload["day"])
    assert day == noon(1).date()


def test_a_day_without_sales_is_no_news(app, ada):
    factories.a_live_drop(ada.creator, starts_in=-5 * 86400)
    assert end_days() == 3
    assert recorded("DayEnded") == []


def test_days_that_nobody_summed_up_are_summed_up_later(app, ada, ben):
    drop = factories.a_live_drop(ada.creator, starts_in=-5 * 86400, quantity=50)
    sold(ben, drop, noon(1))
    sold(ben, drop, noon(2))
    assert sum(together(app, [end_days] * 3)) == 3
    assert len(recorded("DayEnded")) == 2


def test_without_the_mark_a_day_would_be_told_again(app, ada, ben):
    """The control."""
    sold(ben, factories.a_live_drop(ada.creator, starts_in=-5 * 86400), noon(1))
    end_days()
    change("DELETE FROM day_marks")
    end_days()
    assert len(recorded("DayEnded")) == 2
