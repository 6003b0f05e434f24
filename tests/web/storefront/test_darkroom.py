"""Pictures are drawn once, however many ask, and only as many kept as there is room for."""

import pytest

from livedrop.lib.errors import Unavailable
from livedrop.web.storefront import darkroom
from livedrop.web.storefront.darkroom import Darkroom
from tests.parallel import together

pytestmark = pytest.mark.usefixtures("app")


def test_a_picture_is_drawn_once_however_many_ask(app):
    room, drawn = Darkroom(), []

    def draw() -> bytes:
        drawn.append(1)
        return b"picture"

    assert together(app, [lambda: room.develop("name", draw)] * 5) == [b"picture"] * 5
    assert drawn == [1]


def test_another_process_need_not_draw_it_again():
    assert Darkroom().develop("name", lambda: b"picture") == b"picture"
    assert Darkroom().develop("name", lambda: bytes(1 // 0)) == b"picture"


def test_without_redis_each_process_draws_for_itself(make_app):
    with make_app(redis_url="redis://127.0.0.1:1/0").app_context():
        assert Darkroom().develop("name", lambda: b"picture") == b"picture"
        assert Darkroom().develop("name", lambda: b"its own") == b"its own"


def test_what_was_not_asked_for_longest_makes_room():
    room, drawn = Darkroom(room=10), []

    def ask(name: str) -> None:
        def draw() -> bytes:
            drawn.append(name)
            return b"12345"

        room.develop(name, draw)

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)
    assert list(room._kept) == ["a", "b"]
    assert drawn == ["a", "b", "c"]  # the second time "b" came from Redis


def test_what_could_not_be_drawn_is_tried_again():
    room = Darkroom()
    with pytest.raises(ZeroDivisionError):
        room.develop("name", lambda: bytes(1 // 0))
    assert room.develop("name", lambda: b"picture") == b"picture"


def test_who_would_wait_behind_too_many_is_told_so(monkeypatch):
    monkeypatch.setattr(darkroom, "AT_ONCE", 1)
    monkeypatch.setattr(darkroom, "WAITING", 0)
    room = Darkroom()

    def meanwhile() -> bytes:
        with pytest.raises(Unavailable):
            room.develop("second", lambda: b"")
        return b"first"

    assert room.develop("first", meanwhile) == b"first"
