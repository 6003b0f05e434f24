"""What is made of a picture, and what a picture can do to whoever makes it (S44, F20)."""

import pytest

from livedrop.lib.vips import Image
from livedrop.media import develop as module
from livedrop.media import rules
from livedrop.media.develop import Unusable, develop, variants
from tests.media.samples import SECRET, a_bomb, a_photo, a_picture


def test_a_large_picture_becomes_three_smaller_ones():
    made = develop(a_picture(3000, 1500), "jpeg")
    sizes = [(one.name, one.width, one.height) for one in made]
    assert sizes == [("thumbnail", 320, 160), ("card", 800, 400), ("full", 1600, 800)]
    for one in made:
        assert one.content[:4] + one.content[8:12] == b"RIFFWEBP"
        assert Image.of("webpload_buffer", buffer=one.content).width == one.width


def test_a_small_picture_is_not_blown_up():
    assert {(one.width, one.height) for one in develop(a_picture(100, 50, "png"), "png")} == {
        (100, 50)
    }


def test_nothing_that_a_camera_told_is_left_and_the_picture_stands_upright():
    made = develop(a_photo(640, 480), "jpeg")
    assert all((one.width < one.height) for one in made)
    for one in made:
        assert SECRET not in one.content
        assert not {b"EXIF", b"XMP ", b"ICCP"} & {one.content[at : at + 4] for at in range(64)}


def test_without_re_encoding_it_would_tell_where_the_garden_is():
    """The control: what was sent does say it."""
    assert SECRET in a_photo()


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (a_picture(64, 64)[:900], "jpeg", "broken"),
        (a_picture(64, 64, "png"), "jpeg", "broken"),
        (b"\xff\xd8\xff" + b"\0" * 50, "jpeg", "broken"),
        (a_bomb(), "png", "too-large"),
    ],
)
def test_what_is_no_whole_picture_is_refused(content, kind, why):
    with pytest.raises(Unusable, match=why):
        develop(content, kind)


def test_a_picture_that_takes_too_much_memory_fails_alone():
    """F20: the kernel ends the program that decodes it; the next one is made as ever. The control
    is the same picture without the limit."""
    heavy = a_picture(6000, 6000, "png", interlace="true")
    with pytest.raises(Unusable, match="too-much"):
        develop(heavy, "png", memory=200 * 2**20)
    assert develop(a_picture(64, 64), "jpeg")
    assert develop(heavy, "png")


def test_without_the_limit_of_pixels_a_bomb_goes_off(monkeypatch):
    """The control of the limit: decoding begins, and comes to the end of what there is."""
    monkeypatch.setattr(module, "MOST_PIXELS", 10**10)
    with pytest.raises(Unusable, match="broken"):
        variants(a_bomb(200), "png")
    assert rules.MOST_PIXELS == 40_000_000
