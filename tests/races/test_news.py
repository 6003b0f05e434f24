"""News appear in the order of their ids, whoever writes them, so that nobody reads past one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from livedrop.extensions import db
from livedrop.lib.db import transaction
from livedrop.notifications import steps
from livedrop.notifications.commands import write
from livedrop.notifications.fanout import News
from livedrop.notifications.models import Notification
from tests import factories
from tests.parallel import PATIENCE, together, until_waiting
from tests.rows import recorded, rows
from tests.shopping import confirmed

pytestmark = pytest.mark.usefixtures("app")

TOLD = {"kind": "order-confirmed", "drop_id": None, "facts": {}}


def ids():
    return [one.id for one in rows(Notification)]


def begin(tx, ben):
    """Take an id for Ben as `write` would, and do not commit yet."""
    steps.one_writer(tx)
    news = News(event_id=1, at=tx.clock(), user_id=ben.id, **TOLD)
    return [one.news_id for one in steps.notify(tx, steps.numbered(tx, [news]))]


def writes_of(ben, drop):
    confirmed(ben, drop)
    events = [event.id for event in recorded("OrderConfirmed")]
    return lambda: write(event_ids=events, tell=len)


@pytest.fixture
def drop(ada):

    return factories.a_live_drop(ada.creator)


def test_a_second_writer_waits_until_the_first_has_committed(app, ben, drop):
    second = writes_of(ben, drop)
    with ThreadPoolExecutor(1) as pool:
        with transaction() as tx:
            (first,) = begin(tx, ben)
            waiting = pool.submit(together, app, [second])
            until_waiting()
            assert ids() == []
        ((written,),) = waiting.result(PATIENCE)
    assert written.news_id > first
    assert ids() == [first, written.news_id]


def test_without_the_lock_a_smaller_id_appears_after_a_larger_one_was_read(
    app, ben, drop, monkeypatch
):
    monkeypatch.setattr(steps, "ONE_WRITER", text("SELECT 1"))
    second = writes_of(ben, drop)
    with transaction() as tx:
        (first,) = begin(tx, ben)
        (written,) = together(app, [second])[0]
        seen = ids()
    assert seen == [written.news_id]
    assert ids() == [first, written.news_id], "the first was never seen to be new"
    db.session.rollback()
