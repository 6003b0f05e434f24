"""Each guard of the sockets, and what would come through without it."""

import socket
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest
from wsproto.events import Ping, TextMessage

from livedrop.accounts.queries import SignedIn
from livedrop.web.live import hub, line
from livedrop.web.live.line import POLICY, TOO_BIG, Line
from livedrop.web.live.wire import Message
from tests.web.live.test_line import a_hub

BIG = TextMessage(data="x" * 4097, frame_finished=True, message_finished=True)


@pytest.fixture
def ben_listens():
    """A line in Ben's name, listening at a hub that asks nobody yet."""
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.setblocking(False)
        ben = SignedIn(uuid4(), 7, "ben", "Ben", "UTC", admin=False, suspended=False)
        yield Line(ours, frozenset({"person:7"}), ben)


def test_s40_without_the_cap_it_would_be_kept(ben_listens, monkeypatch):
    assert ben_listens._refusal(BIG) == TOO_BIG
    monkeypatch.setattr(line, "LARGEST", 1 << 30)
    assert ben_listens._refusal(BIG) is None


def test_s40_without_the_rate_they_could_go_on_for_ever(ben_listens, monkeypatch):
    assert {ben_listens._refusal(Ping()) for _ in range(25)} == {None, POLICY}
    monkeypatch.setattr(line, "MOST", 1 << 30)
    assert ben_listens._refusal(Ping()) is None


def test_f52_without_asking_again_a_sign_in_that_ended_would_hear_on(ben_listens):
    here = a_hub()
    with here.listening(ben_listens):
        here.standing = set
        here.check(7)
        assert ben_listens.closed_at is None
        here.standing = lambda sign_ins: set()
        here.check(8)
        assert ben_listens.closed_at is None
        here.check(7)
        assert ben_listens.closed_at is not None


def test_who_reads_an_announcement_is_asked_once_however_many_listen(ben_listens):
    here, asked = a_hub(), []

    def readers(news_id, people):
        asked.append((news_id, people))
        return {7}

    here.readers = readers
    others = [Line(ben_listens._sock, frozenset()) for _ in range(3)]
    with here.listening(ben_listens), ExitStack() as listening:
        for other in others:
            listening.enter_context(here.listening(other))
        here.hear(Message("news:1", "<div>"))
    assert asked == [(1, {7})]


def test_f50_without_a_ping_nobody_would_notice_that_they_went(ben_listens, monkeypatch):
    here = a_hub()
    with here.listening(ben_listens):
        ben_listens.heard_at -= 60
        monkeypatch.setattr(hub.Hub, "_ping", lambda self, now: None)
        here._pinged_at -= 2
        here.tick()
        assert ben_listens.closed_at is None
        monkeypatch.undo()
        here._pinged_at -= 2
        here.tick()
        assert ben_listens.closed_at is not None
