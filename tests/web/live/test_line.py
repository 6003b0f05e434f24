"""A slow reader: it gets whole frames, of each topic the newest, and harms nobody."""

import os
import socket
from contextlib import closing
from time import monotonic

import pytest

from livedrop.lib import frames
from livedrop.lib.errors import DomainError, Unavailable
from livedrop.web.live.hub import Hub, Limits
from livedrop.web.live.line import SLOWEST, Line

BIG = "x" * 50_000


@pytest.fixture
def ends():
    """Ours and theirs, with room for little."""
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.setblocking(False)
        theirs.settimeout(5)
        yield ours, theirs


@pytest.fixture
def line(ends):
    return Line(ends[0], frozenset({"drop:1"}))


def all_that_came(theirs):
    theirs.setblocking(False)
    came = b""
    try:
        while part := theirs.recv(1 << 20):
            came += part
    except BlockingIOError:
        return came
    return came


def whole_frames(came):
    """The words of each frame; fails where one is torn."""
    words = []
    while came:
        assert came[0] == 0x81, "the stream is corrupt"
        size, head = (came[1], 2) if came[1] < 126 else (int.from_bytes(came[2:4]), 4)
        assert len(came) >= head + size, "the last frame is torn"
        words.append(came[head : head + size].decode())
        came = came[head + size :]
    return words


def fill(line, topic="drop:1", count=100):
    for number in range(count):
        line.push(topic, frames.text(f"{number} {BIG}"))


def drained(line, theirs):
    """What a reader gets that wakes up, whole frames only."""
    came = b""
    while True:
        came += all_that_came(theirs)
        if line.stalled_at is None:
            return whole_frames(came)
        line.flush()


def test_f48_who_wakes_up_gets_whole_frames_and_the_newest(line, ends):
    fill(line)
    assert line.stalled_at is not None
    numbers = [int(words.split(" ")[0]) for words in drained(line, ends[1])]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 99
    assert len(numbers) < 50


def test_without_the_rest_of_a_frame_the_stream_would_be_corrupt(line, ends, monkeypatch):
    """The negative control: the library's way, which does not look how much was taken."""

    def write_and_forget(self):
        while self._waiting:
            try:
                os.write(self._sock.fileno(), self._waiting.pop(next(iter(self._waiting))))
            except BlockingIOError:
                self.stalled_at = None

    monkeypatch.setattr(Line, "flush", write_and_forget)
    fill(line)
    with pytest.raises(AssertionError, match=r"torn|corrupt"):
        whole_frames(all_that_came(ends[1]))


def test_f48_what_waits_is_bounded_by_the_topics(line):
    fill(line)
    fill(line, "person:1")
    assert sum(map(len, line._waiting.values())) < 3 * len(BIG)


def test_a_slow_reader_is_dropped_and_others_hear(ends, line):
    hub = a_hub()
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs), hub.listening(line):
        ours.setblocking(False)
        quick = Line(ours, frozenset({"drop:1"}))
        with hub.listening(quick):
            fill(line)
            line.stalled_at = monotonic() - SLOWEST - 1
            hub._tell(hub._by_topic["drop:1"], "drop:1", frames.text("news"))
            hub.tick()
            assert whole_frames(all_that_came(theirs)) == ["news"]
            assert (line.closed_at is None, quick.closed_at is None) == (False, True)


def test_a_goodbye_takes_the_place_of_what_waits(line, ends):
    fill(line)
    line.close(1012)
    came = b""
    while line.stalled_at is not None or not came.endswith(frames.close(1012)):
        came += all_that_came(ends[1])
        line.flush()
    assert all(words.endswith(BIG) for words in whole_frames(came[: -len(frames.close(1012))]))


# --- places ---


def a_hub(**limits):
    return Hub(
        "redis://127.0.0.1:1",
        Limits(**{"sockets": 3} | limits),
        ping_seconds=25,
        standing=set,
        readers=lambda news_id, people: set(people),
        forget=lambda user_id: None,
        watched=lambda sockets: None,
    )


def test_s41_a_process_holds_so_many_and_no_more():
    hub = a_hub()
    three = hub.place("a", None), hub.place("b", 1), hub.place("c", 2)
    with three[0], three[1], three[2], pytest.raises(Unavailable), hub.place("d", 3):
        pass
    with hub.place("d", 3):
        pass


@pytest.mark.parametrize("one", [{"of_person": 1}, {"of_address": 1}])
def test_s41_so_many_of_one_and_no_more(one):
    hub = a_hub(**one)
    with hub.place("a", 1), pytest.raises(DomainError, match="too-many-sockets"), hub.place("a", 1):
        pass
    with hub.place("a", 1):
        pass


def test_frames_say_how_long_they_are():
    assert frames.text("hi") == b"\x81\x02hi"
    assert frames.text("x" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert frames.text("x" * 65_536)[:10] == b"\x81\x7f" + (65_536).to_bytes(8)
    assert frames.close(1012) == b"\x88\x02\x03\xf4"
