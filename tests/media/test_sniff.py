"""What a file is, is told by its content alone (S44)."""

import pytest

from livedrop.media.sniff import Header, sniff
from tests.media.samples import a_bomb, a_photo, a_picture


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_says_what_it_is_and_how_large(kind):
    assert sniff(a_picture(300, 200, kind)) == Header(kind, 300, 200)


def test_a_lossless_webp_and_one_with_extras_say_so_too():
    assert sniff(a_picture(300, 200, "webp", lossless="true")) == Header("webp", 300, 200)
    extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x2b\x01\0" + b"\xc7\0\0"
    assert sniff(extended) == Header("webp", 300, 200)


def test_what_a_camera_writes_before_the_picture_is_passed_over():
    assert sniff(a_photo(300, 200)) == Header("jpeg", 300, 200)
    assert sniff(a_bomb(30_000)) == Header("png", 30_000, 30_000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><svg/>",
        b"GIF89a\x01\0\x01\0",
        b"%PDF-1.7",
        b"<html>",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"RIFF\0\0\0\0WAVE",
    ],
)
def test_nothing_else_is_a_picture(content):
    assert sniff(content) is None


def test_no_piece_of_a_picture_makes_it_stumble():
    for kind in ("jpeg", "png", "webp"):
        whole = a_picture(64, 64, kind)
        for length in range(min(len(whole), 700)):
            assert sniff(whole[:length]) in {None, Header(kind, 64, 64)}
