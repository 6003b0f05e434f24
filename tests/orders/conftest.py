"""After every test of orders, whatever it did, the shop's books are in order."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import invariants


@pytest.fixture(autouse=True)
def _the_books_are_in_order(app: Flask) -> Iterator[None]:
    yield
    assert invariants.broken() == []
