"""Stock is claimed under one lock, and its CHECK has the last word."""

import pytest
from sqlalchemy.exc import IntegrityError

from livedrop.inventory import stock
from livedrop.lib.db import transaction
from tests import factories
from tests.parallel import together


def test_units_are_claimed_and_given_back(app):
    drop = factories.a_live_drop(quantity=3)
    sku = factories.sku_of(drop)
    with transaction() as tx:
        assert stock.lock(tx, drop.id) == {sku.id: stock.Units(declared=3, claimed=0)}
        stock.claim(tx, {sku.id: 2})
        stock.give_back(tx, {sku.id: 1})
    assert factories.stock_of(drop) == [(3, 1)]


def test_claiming_more_than_declared_is_refused(app):
    drop = factories.a_live_drop(quantity=3)
    with pytest.raises(IntegrityError, match="claimed_within_declared"), transaction() as tx:
        stock.claim(tx, {factories.sku_of(drop).id: 4})
    assert factories.stock_of(drop) == [(3, 0)]


def test_callers_at_the_same_moment_wait_for_each_other(app):
    drop = factories.a_live_drop(quantity=4)

    def claim_one_if_free():
        with transaction() as tx:
            for sku_id, units in stock.lock(tx, drop.id).items():
                stock.claim(tx, {sku_id: min(1, units.free)})

    assert together(app, [claim_one_if_free] * 8) == [None] * 8
    assert factories.stock_of(drop) == [(4, 4)]
