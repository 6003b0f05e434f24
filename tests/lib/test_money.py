"""Prices are read as people type them and shown as they read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedrop.lib.money import EXPONENTS, LARGEST, Money, parse_minor_units


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("45", 4500), ("45.5", 4550), ("45,50", 4550), (" 0.01 ", 1), ("0", 0), ("45.00", 4500)],
)
def test_a_price_is_read_as_it_is_typed(typed, minor):
    assert parse_minor_units(typed, "EUR") == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "-1",
        "45.001",
        "1,234.50",
        "1,500",
        "1.500",
        "45.500",
        "1e3",
        "1e999999999",
        "1_000",
        "NaN",
        "٤٥",
        "10000000.01",
    ],
)
def test_what_is_no_price_is_refused(typed):
    with pytest.raises(ValueError, match=r"price|digits|range"):
        parse_minor_units(typed, "EUR")


def test_yen_have_nothing_after_the_point():
    assert parse_minor_units("4500", "JPY") == 4500
    for typed in ("45.5", "12,000"):
        with pytest.raises(ValueError, match="digits"):
            parse_minor_units(typed, "JPY")


@given(st.integers(0, LARGEST), st.sampled_from(sorted(EXPONENTS)))
def test_what_a_field_shows_is_read_as_the_same_price(amount, currency):
    assert parse_minor_units(Money(amount, currency).decimal, currency) == amount


def test_prices_read_well():
    shown = [str(Money(*price)) for price in ((4500, "EUR"), (4550, "EUR"), (4500, "JPY"))]
    assert shown == ["€45", "€45.50", "¥4,500"]
