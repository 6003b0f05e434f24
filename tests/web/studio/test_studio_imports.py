"""A creator brings a table into a draft, having seen what it would do."""

import io

import pytest

from tests import factories
from tests.page import Seen

TABLE = "Product,Variant,Price,Units\nPrint,Large,45.00,20\nMug,Red,12,5\n"


@pytest.fixture
def draft(ada):
    return factories.a_draft(ada.creator, title="Print")


def send(ada, draft, content, status=200):
    form = ada.page.get(f"/studio/drops/{draft.slug}/import/new")
    token = form.one("#import-csrf").get("value")
    file = (io.BytesIO(content.encode()), "table.csv")
    answer = ada.page.client.post(
        f"/studio/drops/{draft.slug}/import", data={"csrf_token": token, "file": file}
    )
    assert answer.status_code == status
    return Seen(ada.page, answer)


def test_a_table_is_looked_at_and_then_taken(ada, draft):
    looked = send(ada, draft, TABLE)
    assert "2 variants take the place" in looked.text
    assert "New product: Mug." in looked.text
    assert len(factories.skus_of(draft)) == 1
    looked.submit("#import-form", sure="yes")
    assert [sku.name for sku in factories.skus_of(draft)] == ["Large", "Red"]


def test_what_was_exported_can_be_brought_back(ada, draft):
    file = ada.page.client.get(f"/studio/drops/{draft.slug}/table.csv")
    before = [(sku.name, sku.price, sku.product_id) for sku in factories.skus_of(draft)]
    send(ada, draft, TABLE).submit("#import-form", sure="yes")
    send(ada, draft, file.data.decode()).submit("#import-form", sure="yes")
    assert [(sku.name, sku.price, sku.product_id) for sku in factories.skus_of(draft)] == before


def test_words_say_what_is_wrong_with_which_row(ada, draft):
    seen = send(ada, draft, TABLE.replace("12,5", "dear,0"), 422)
    assert "Row 3. Price: A price such as 45.00, please. Units: A number" in seen.text
    assert send(ada, draft, "", 422).has("#file-error")
    assert len(factories.skus_of(draft)) == 1


def test_what_is_published_takes_no_table(ada, draft):
    looked = send(ada, draft, TABLE)
    factories.change(draft, published_at=factories.now())
    assert "That is frozen now" in looked.submit("#import-form", 409, sure="yes").text
