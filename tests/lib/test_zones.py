"""F15: a time typed in a creator's own zone means one instant, or is asked about."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedrop.lib import zones
from livedrop.lib.zones import ComesTwice, NeverComes, instant_of

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime.fromisoformat


def test_a_time_in_summer_and_one_in_winter_differ_from_utc_as_clocks_do():
    assert instant_of(AT("2027-07-01T18:00"), BERLIN) == AT("2027-07-01T16:00Z")
    assert instant_of(AT("2027-12-01T18:00"), BERLIN) == AT("2027-12-01T17:00Z")


def test_a_time_that_clocks_jump_over_is_refused_in_words():
    with pytest.raises(NeverComes) as refusal:
        instant_of(AT("2027-03-28T02:30"), BERLIN)
    assert str(refusal.value) == (
        "There is no 02:30 in Europe/Berlin that day: clocks are put forward, and it is 03:30 then."
    )


def test_without_asking_back_it_would_be_another_time_than_was_typed():
    """The control: what `datetime` makes of it by itself is shown differently."""
    guessed = AT("2027-03-28T02:30").replace(tzinfo=BERLIN).astimezone(UTC).astimezone(BERLIN)
    assert guessed.strftime("%H:%M") == "03:30"


def test_a_time_that_comes_twice_is_asked_about():
    with pytest.raises(ComesTwice) as refusal:
        instant_of(AT("2027-10-31T02:30"), BERLIN)
    assert refusal.value.offsets == ("+02:00", "+01:00")
    assert "02:30 twice" in str(refusal.value)


def test_the_offset_tells_which_of_the_two_is_meant():
    twice = AT("2027-10-31T02:30")
    assert instant_of(twice, BERLIN, "+02:00") == AT("2027-10-31T00:30Z")
    assert instant_of(twice, BERLIN, "+01:00") == AT("2027-10-31T01:30Z")


def test_an_offset_that_is_none_of_the_two_is_asked_about_again():
    with pytest.raises(ComesTwice):
        instant_of(AT("2027-10-31T02:30"), BERLIN, "+05:00")


def test_where_clocks_go_on_by_half_an_hour_the_offsets_say_so():
    with pytest.raises(ComesTwice) as refusal:
        instant_of(AT("2027-04-04T01:45"), ZoneInfo("Australia/Lord_Howe"))
    assert refusal.value.offsets == ("+11:00", "+10:30")


@given(
    st.datetimes(AT("2020-01-01"), AT("2037-12-31")).map(lambda at: at.replace(tzinfo=UTC)),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
)
def test_every_instant_is_found_again_from_what_its_clocks_show(instant, name):
    zone = ZoneInfo(name)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    assert instant_of(shown, zone, zones.offset_at(instant, zone)) == instant


def test_every_zone_that_is_offered_can_be_read():
    assert "Europe/Lisbon" in zones.zone_names()
    assert all(ZoneInfo(name) for name in zones.zone_names())
