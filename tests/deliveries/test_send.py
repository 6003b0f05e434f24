"""What is planned is sent once, as far as SMTP permits; what cannot be is not forgotten."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import text

from livedrop import wiring
from livedrop.accounts import confirmation
from livedrop.accounts.commands import confirm_address
from livedrop.accounts.confirmation import Claim
from livedrop.accounts.queries import address_state
from livedrop.deliveries import send as sending
from livedrop.deliveries import steps, unsubscribe
from livedrop.deliveries.jobs import ask
from livedrop.deliveries.models import Delivery
from livedrop.deliveries.steps import Turn
from livedrop.drops.events import DropSoon
from livedrop.extensions import db
from livedrop.follows.commands import follow
from livedrop.lib.errors import NotFound
from livedrop.notifications.commands import prefer
from tests import factories
from tests.deliveries.post import announce, confirm, follow_confirmed, happens, states, time_passes
from tests.parallel import together
from tests.programs import flask, killed, run, until, worker
from tests.rows import recorded, row, rows
from tests.shopping import change


def body(message, kind):
    return message.get_body((kind,)).get_content()


def test_ben_reads_what_ada_announced_in_text_and_in_html(ben, drop, send, server):
    announce(drop)
    send()
    (mail,) = server.received
    assert (mail["To"], mail["Subject"]) == (ben.email, "Ada announced Harbour")
    for kind in ("plain", "html"):
        assert f"https://livedrop.test/drops/{drop.slug}" in body(mail, kind)
        assert "https://livedrop.test/unsubscribe/" in body(mail, kind)
    assert "<script" not in body(mail, "html")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_his_order_is_listed_with_what_he_paid(ben, drop, send, server):
    confirm(factories.an_order(ben.user, drop, 2, status="confirmed"))
    send(bulk=False)
    (mail,) = server.received
    assert mail["Subject"] == "Harbour is yours"
    assert all("€90" in body(mail, kind) for kind in ("plain", "html"))


def test_a_title_can_add_no_header(ada, ben, drop, send, server):
    """S50"""
    factories.change(drop, title="Harbour\r\nBcc: everybody@example.com\u2028<b>")
    announce(drop)
    send()
    (mail,) = server.received
    assert "Bcc" not in mail
    assert "\r\nBcc" not in mail["Subject"]
    assert "<b>" not in body(mail, "html")


# --- once ---


def test_nothing_is_sent_twice(ben, drop, send, server):
    announce(drop)
    send()
    send()
    assert server.addresses == [ben.email]


def many(ada, drop):
    """Thirty more follow Ada, and all have a mail to come."""
    follow_confirmed(ada, 30)
    announce(drop)


def wake(config, queue, **settings):
    """A worker of a queue that was asked for, as it ended."""
    ask(wiring.queues(config))
    db.session.remove()
    return run(config, worker(queue), **settings)


def test_two_workers_share_the_work_and_nobody_gets_two(app, ada, ben, drop, send, server):
    many(ada, drop)
    assert together(app, [send, send]) == [None, None]
    send()
    assert len(server.addresses) == len(set(server.addresses)) == 31
    assert set(states().values()) == {"sent"}


def test_without_leases_both_send_to_everybody(app, ben, drop, send, server, monkeypatch):
    """The control of the one above."""
    both, been = threading.Barrier(2), set()

    def take(tx, *, lane, most, seconds):
        due = rows(Delivery) if threading.get_ident() not in been else []
        been.add(threading.get_ident())
        if due:
            both.wait(10)
        return [Turn(one.event_id, one.user_id, 1, uuid4()) for one in due], len(due)

    announce(drop)
    sending.commands.plan_next(lane="announcements")
    monkeypatch.setattr(steps, "take", take)
    assert together(app, [send, send]) == [None, None]
    assert server.addresses == [ben.email] * 2


def test_a_worker_killed_in_the_middle_leaves_the_rest_to_the_next(
    app, config, ada, ben, drop, send, server
):
    """F22: one delivery each, and one mail each."""
    many(ada, drop)
    settings = {"smtp_url": server.url, "mail_lease_seconds": 4.0}
    assert killed(wake(config, "bulk", failpoints="mid_chunk:8=kill", **settings))
    assert len(server.received) == 7
    until(lambda: send() or len(server.received) == 31)
    assert len(set(server.addresses)) == 31
    assert len(rows(Delivery, state="sent")) == len(rows(Delivery)) == 31


def test_only_what_was_taken_but_not_noted_is_sent_again_under_the_same_name(
    app, config, ben, drop, send, server
):
    """What SMTP cannot promise: nobody knows that the server has it."""
    announce(drop)
    settings = {"smtp_url": server.url, "mail_lease_seconds": 4.0}
    assert killed(wake(config, "bulk", failpoints="after_send=kill", **settings))
    until(lambda: send() or states() == {ben.id: "sent"})
    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"]


# --- and if it cannot be sent ---


def test_what_a_server_does_not_want_now_it_gets_later(ben, drop, send, server):
    server.refuses = {ben.email: "451 come back later"}
    announce(drop)
    send()
    send()
    failed = row(Delivery)
    assert (failed.state, failed.attempts, server.received) == ("planned", 1, [])
    assert "come back later" in failed.last_error
    server.refuses = {}
    time_passes(hours=1)
    send()
    assert server.addresses == [ben.email]
    assert states() == {ben.id: "sent"}


def test_after_a_day_it_is_dead_until_the_operator_revives_it(app, config, ben, drop, send, server):
    server.answer = "451 no"
    announce(drop)
    send()
    time_passes(hours=24)
    send()
    assert states() == {ben.id: "dead"}
    assert ben.email in run(config, flask("deliveries", "--dead")).stdout
    assert "1 mails" in run(config, flask("deliveries", "--dead", "--requeue")).stdout
    server.answer = "250 OK"
    send()
    assert states() == {ben.id: "sent"}


def test_where_nobody_is_no_news_go_until_the_address_is_confirmed_anew(
    ben, ada, drop, send, server
):
    server.refuses = {ben.email: "550 no such user"}
    announce(drop)
    send()
    assert states() == {ben.id: "dead"}
    assert address_state(ben.id).bounced
    assert len(recorded("AddressBounced")) == 1
    announce(factories.a_scheduled_drop(ada.creator, title="Second"))
    send()
    assert len(rows(Delivery)) == 1
    confirm_address(claim=Claim(ben.id, ben.email, factories.now()))
    server.refuses = {}
    announce(factories.a_scheduled_drop(ada.creator, title="Third"))
    send()
    assert [mail["Subject"] for mail in server.received] == ["Ada announced Third"]


def test_a_letter_that_is_refused_for_what_it_says_is_no_bounce(ben, drop, send, server):
    server.answer = "554 we do not like it"
    announce(drop)
    send()
    assert states() == {ben.id: "dead"}
    assert not address_state(ben.id).bounced


def test_a_server_that_is_away_is_left_alone_and_nothing_is_lost(ada, ben, drop, send, server):
    """F53"""
    many(ada, drop)
    there, server.url = server.url, "smtp://127.0.0.1:1"
    send()
    assert set(states().values()) == {"planned"}
    assert sum(one.last_error is not None for one in rows(Delivery)) == 1
    server.url = there
    time_passes(hours=1)
    send()
    assert len(set(server.addresses)) == len(server.addresses) == 31


def test_a_letter_that_cannot_be_written_stops_no_other(
    ada, ben, cleo, drop, send, server, monkeypatch
):
    follow(follower_id=cleo.id, creator_id=ada.id)
    announce(drop)
    written = sending.letter

    def broken(contents):
        if contents.user_id == ben.id:
            raise KeyError("starts_at")
        return written(contents)

    monkeypatch.setattr(sending, "letter", broken)
    send()
    assert server.addresses == [cleo.email]
    assert states() == {ben.id: "planned", cleo.id: "sent"}


def test_what_is_not_wanted_any_more_when_its_turn_comes_is_withheld(ben, drop, send, server):
    announce(drop)
    sending.commands.plan_next(lane="announcements")
    prefer(user_id=ben.id, channels={"announced": (True, False)})
    send()
    assert (states(), server.received) == ({ben.id: "withheld"}, [])


# --- an order's mail does not wait for a million others ---


def remind_many(ada, drop):
    """Thirty people wanted to be reminded, and all have a mail to come."""
    follow_confirmed(ada, 30)
    change("INSERT INTO reminders SELECT :drop, follower_id, since FROM follows", drop=drop.id)
    times = {"starts_at": drop.starts_at.isoformat()}
    happens(DropSoon(id=drop.id, creator_id=drop.creator_id, **times))


CROWDS = {"announcements": many, "reminders": remind_many}


@pytest.mark.parametrize("lane", CROWDS)
def test_a_personal_letter_passes_all_that_a_crowd_is_told(ada, ben, drop, send, server, lane):
    """F28"""
    CROWDS[lane](ada, drop)
    sending.commands.plan_next(lane=lane)
    assert len(rows(Delivery)) == 31
    confirm(factories.an_order(ben.user, drop, status="confirmed"))
    send(bulk=False)
    assert server.received[0]["Subject"] == "Harbour is yours"
    assert len(server.received) == (1 if lane == "announcements" else 32)


@pytest.mark.parametrize("lane", CROWDS)
def test_in_one_lane_it_would_wait_for_them(ada, ben, drop, send, server, monkeypatch, lane):
    """The control of the one above."""
    CROWDS[lane](ada, drop)
    sending.commands.plan_next(lane=lane)
    confirm(factories.an_order(ben.user, drop, status="confirmed"))
    shared = text(
        str(steps.TAKE).replace("AND lane = :lane", "AND CAST(:lane AS text) IS NOT NULL")
    )
    monkeypatch.setattr(steps, "TAKE", shared)
    send(bulk=False)
    before = [mail["Subject"] for mail in server.received].index("Harbour is yours")
    assert before >= sending.CHUNK


def test_a_link_of_ours_for_something_else_confirms_nothing(app, ben):
    with pytest.raises(NotFound):
        confirmation.read(unsubscribe.word(ben.id, "followers"))
