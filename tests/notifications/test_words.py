"""Times in what news say are found, and nothing else is taken for one."""

from datetime import UTC, datetime

import pytest

from livedrop.notifications.words import About, pieces, words_of

AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


def test_the_time_a_drop_opens_is_an_instant_among_words():
    about = About(kind="announced", facts={"starts_at": AT.isoformat()}, drop_title="Lighthouse")
    assert list(pieces(words_of(about).body)) == ["It opens ", AT, "."]


@pytest.mark.parametrize(
    "words", ["", "99 Foo 2026, 99:99 UTC", "31 Feb 2026, 12:00 UTC", "It broke.\n<b>"]
)
def test_what_only_looks_like_a_time_stays_as_it_is(words):
    assert "".join(map(str, pieces(words))) == words
