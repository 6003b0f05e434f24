"""Low, all held and sold out are told apart by the numbers alone."""

import pytest

from livedrop.orders.levels import level
from livedrop.orders.queries import SkuStock


def sku(declared, available, held=0):
    return SkuStock(1, declared, available, held, declared - available - held)


@pytest.mark.parametrize(
    ("stock", "word"),
    [
        ([sku(100, 11)], "available"),
        ([sku(100, 10)], "low"),
        ([sku(5, 2)], "available"),
        ([sku(5, 1)], "low"),
        ([sku(100, 0, held=1)], "all-held"),
        ([sku(100, 0)], "sold-out"),
        ([sku(100, 0), sku(100, 50)], "available"),
        ([sku(100, 0), sku(100, 20)], "low"),
        ([sku(100, 0), sku(100, 0, held=2)], "all-held"),
    ],
)
def test_one_word_says_how_much_is_left(stock, word):
    assert level(stock) == word
