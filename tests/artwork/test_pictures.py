"""Drawings: the same for the same name, whatever is drawn, and light enough to send."""

import pytest

from livedrop.artwork.palette import FAMILIES
from livedrop.artwork.pictures import ANYTHING, KINDS, Picture, kind_of, mark_of, named, picture_of
from livedrop.artwork.raster import HEAVIEST, webp
from livedrop.seed.launch_day import LAUNCH_DAY

SEEDS = (0, 1, 2, 3, 0x9E3779B9, 0xFFFFFFFF)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_name_is_drawn_the_same(kind):
    first, again, other = (Picture(kind, seed, 5).drawing for seed in (7, 7, 8))
    assert first == again != other


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_drawn_is_light_enough(kind, seed, bold):
    picture = Picture(kind, seed, seed % len(FAMILIES), bold)
    assert 500 < len(webp(picture.drawing, 320)) <= HEAVIEST[320]


@pytest.mark.parametrize("width", HEAVIEST)
@pytest.mark.parametrize("kind", KINDS)
def test_every_width_is_light_enough(kind, width):
    assert len(webp(Picture(kind, 11, 3, bold=True).drawing, width)) <= HEAVIEST[width]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_found_by_its_name(kind):
    for picture in (Picture(kind, 0, 0), Picture(kind, 0xFFFFFFFF, 11, bold=True)):
        assert named(picture.name) == picture


@pytest.mark.parametrize(
    "name", ["", "bowl", "bowl-1-00s", "unknown-00000000-00s", "bowl-00000000-12s", "../bowl"]
)
def test_what_names_no_picture_is_none(name):
    assert named(name) is None


def test_a_title_tells_its_kind_by_its_last_word():
    assert kind_of("Ash-Glazed Tea Bowl") == "bowl"
    assert kind_of("A Bowl for my Cup") == "cup"
    assert kind_of("Something else") == kind_of("") == ANYTHING


def test_where_a_title_tells_nothing_the_story_may():
    assert kind_of("Both Ways", "Unedited. A ten-inch record in a cup of foam.") == "record"
    assert kind_of("Red Vase", "Photographed beside a bowl.") == "vase"


def test_no_word_names_two_kinds():
    words = [word for kind in KINDS.values() for word in kind.in_title.split()]
    assert len(words) == len(set(words))


def test_every_thing_of_the_demo_world_is_shown_as_itself():
    things = {title: story for maker in LAUNCH_DAY.makers for title, story in maker.things.items()}
    assert ANYTHING not in {kind_of(*thing) for thing in things.items()}


def test_words_say_what_is_seen_in_its_colours():
    words = Picture("bowl", 0, 5).words
    assert words == "A stoneware bowl in indigo glaze"
    assert "indigo" in mark_of("ada").words


def test_what_nobody_named_is_drawn_all_the_same():
    assert picture_of("", "x", "ada").kind == picture_of("gone", "x", "ada").kind == ANYTHING
