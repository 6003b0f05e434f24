"""What a drop offers goes into a table and comes out of it again (U21)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedrop.drops.commands import import_offer
from livedrop.drops.models import Sku
from livedrop.drops.sheet import EXAMPLE, HEAD, Offered, read, table
from livedrop.inventory.models import Stock
from livedrop.lib import sheets
from livedrop.lib.errors import DomainError, Invalid
from livedrop.lib.money import EXPONENTS, LARGEST
from livedrop.products.models import Product
from tests import factories
from tests.rows import kinds, rows

# Words as they are kept: one that cannot be is refused, and space around them is not.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
TIDY = WORDS.map(str.strip).filter(bool)
OFFERED = st.builds(
    Offered,
    product=TIDY,
    name=TIDY,
    price=st.integers(0, LARGEST),
    quantity=st.integers(1, 1_000_000),
    story=st.one_of(st.just(""), TIDY),
)
OFFERS = st.lists(
    OFFERED, min_size=1, max_size=20, unique_by=lambda one: (one.product, one.name.casefold())
)


def saved(*lines):
    return "\n".join(lines).encode()


def wrong(*lines):
    with pytest.raises(Invalid) as no:
        read(saved(*lines), "EUR")
    return no.value.errors


@given(OFFERS, st.sampled_from(sorted(EXPONENTS)))
def test_what_is_exported_is_what_is_imported(offered, currency):
    written = "".join(sheets.write(table(offered, currency))).encode()
    assert read(written, currency) == offered


def test_the_template_can_be_imported():
    assert read("".join(sheets.write([HEAD, EXAMPLE])).encode(), "EUR")[0].price == 4500


def test_columns_may_stand_in_any_order_and_others_beside_them():
    (one,) = read(saved("note;units;PRICE;variant;product", "x;3;4,50;Red;Mug", ";;;;"), "EUR")
    assert one == Offered("Mug", "Red", 450, 3)


def test_every_row_that_is_wrong_is_named_with_what_is_wrong():
    head = "Product,Variant,Price,Units"
    said = wrong(head, "Mug,Red,4.50,3", "Mug,,x,0", "Mug,RED,1,1", ",Blue,1,²")
    assert list(said) == ["row-3", "row-4", "row-5"]
    assert said["row-3"].startswith("Row 3. Variant: This is needed. Price: A price such as")
    assert "of this name already" in said["row-4"]
    assert "Units: A number" in said["row-5"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([""], "not a table"),
        (["Product,Price", "Mug,1"], "no Variant and no Units"),
        (["Product,Variant,Price,Units"], "nothing below"),
        (["Product,Variant,Price,Units", *["Mug,Red,1,1"] * 21], "At most 20"),
    ],
)
def test_what_is_no_such_table_is_said(lines, words):
    assert words in wrong(*lines)["file"]


def test_all_of_it_takes_the_place_of_what_was_offered(app, ada):
    draft = factories.a_draft(ada.creator, title="Winter")
    mug = factories.a_product(ada.creator, title="Mug")
    offered = [Offered("Mug", "Red", 450, 3), *(Offered("Cup", one, 9, 1) for one in "ab")]
    import_offer(drop_id=draft.id, actor_id=ada.id, offered=offered)
    skus = factories.skus_of(draft)
    assert [(sku.name, sku.price) for sku in skus] == [("Red", 450), ("a", 9), ("b", 9)]
    assert skus[0].product_id == mug.id
    assert skus[1].product_id == skus[2].product_id
    assert [one.title for one in rows(Product)] == ["Winter", "Mug", "Cup"]
    assert [one.declared for one in rows(Stock, drop_id=draft.id)] == [3, 1, 1]
    assert kinds() == ["ProductCreated", "DraftEdited"]


def test_or_nothing_of_it(app, ada):
    live, offered = factories.a_live_drop(ada.creator), [Offered("Cup", "a", 9, 1)]
    with pytest.raises(DomainError, match=r"^frozen$"):
        import_offer(drop_id=live.id, actor_id=ada.id, offered=offered)
    assert len(rows(Sku)) == len(rows(Product)) == 1
