"""Stock is claimed under one lock, and its CHECK has the last word."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from livedrop.inventory import stock
from livedrop.lib.db import transaction
from tests import factories
from tests.parallel import PATIENCE, together, until_waiting


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


def test_giving_back_more_than_is_claimed_is_refused(app):
    drop = factories.a_live_drop(quantity=3)
    with pytest.raises(IntegrityError, match="claimed_within_declared"), transaction() as tx:
        stock.give_back(tx, {factories.sku_of(drop).id: 1})
    assert factories.stock_of(drop) == [(3, 0)]


def test_several_skus_change_together_or_not_at_all(app):
    drop = factories.a_live_drop(quantity=[2, 2])
    first, second = factories.skus_of(drop)
    with pytest.raises(IntegrityError), transaction() as tx:
        stock.claim(tx, {first.id: 1, second.id: 3})
    with transaction() as tx:
        stock.claim(tx, {second.id: 2, first.id: 1})
    assert factories.stock_of(drop) == [(2, 1), (2, 2)]


def test_no_more_can_be_unpromised_than_is_free(app):
    drop = factories.a_live_drop(quantity=3)
    with transaction() as tx:
        stock.claim(tx, {factories.sku_of(drop).id: 2})
    with pytest.raises(IntegrityError, match="claimed_within_declared"), transaction() as tx:
        stock.declare(tx, drop.id, {factories.sku_of(drop).id: 1})


def test_the_lock_shows_what_the_one_before_it_wrote(app):
    drop = factories.a_live_drop(quantity=2)
    sku = factories.sku_of(drop)

    def what_is_free():
        with transaction() as tx:
            return stock.lock(tx, drop.id)[sku.id].free

    with ThreadPoolExecutor(1) as pool:
        with transaction() as tx:
            stock.lock(tx, drop.id)
            waiting = pool.submit(together, app, [what_is_free])
            until_waiting()
            stock.claim(tx, {sku.id: 2})
        assert waiting.result(PATIENCE) == [0]
