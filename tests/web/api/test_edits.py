"""Who edits what has changed since they read it is told so, if they ask to be (U43)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from livedrop.extensions import db
from livedrop.products import commands
from livedrop.products.models import Product
from tests import factories
from tests.parallel import until_waiting
from tests.rows import row

EDITS: dict[str, tuple[str, dict, dict]] = {
    "a person": ("/me", {"display_name": "Ada L."}, {"display_name": "A. L."}),
    "a creator": ("/creators/ada", {"bio": "Prints."}, {"bio": "Mugs."}),
    "a product": ("/products/{product}", {"title": "Pier"}, {"description": "At dusk."}),
    "a draft": ("/drops/{draft}", {"title": "Pier"}, {"limit_per_customer": 3}),
    "a drop": ("/drops/{coming}", {"ends_at": "2099-01-01T12:00:00Z"}, {"skus": "more"}),
    "preferences": ("/me/preferences", {"low": {"page": False}}, {"live": {"email": False}}),
}


@pytest.fixture
def app_of_ada(ada, runs):
    return runs(ada)


@pytest.fixture
def edit(request, ada):
    """Where it is, and two changes of it."""
    path, one, another = EDITS[request.param]
    draft, coming = factories.a_draft(ada.creator), factories.a_scheduled_drop(ada.creator)
    sku = factories.sku_of(coming)
    if "skus" in another:
        another = {"skus": [{"id": str(sku.id), "quantity": 100}]}
    return path.format(product=sku.product_id, draft=draft.id, coming=coming.id), one, another


@pytest.mark.parametrize("edit", EDITS, indirect=True)
def test_what_has_changed_since_is_not_changed_by_who_does_not_know(app_of_ada, edit):
    path, one, another = edit
    tag = app_of_ada.send("GET", path).headers["ETag"]
    changed = app_of_ada.send("PATCH", path, one, If_Match=tag)
    assert changed.status_code == 200
    app_of_ada.patch(path, another, 412, If_Match=tag, code="precondition-failed")
    assert app_of_ada.send("GET", path).headers["ETag"] == changed.headers["ETag"] != tag
    assert app_of_ada.send("PATCH", path, another, If_Match=changed.headers["ETag"]).json


@pytest.mark.parametrize("edit", EDITS, indirect=True)
def test_who_does_not_ask_changes_it_all_the_same(app_of_ada, edit):
    """The control of the test above."""
    path, one, another = edit
    app_of_ada.patch(path, one)
    app_of_ada.patch(path, another, If_Match="*")
    app_of_ada.patch(path, one)


@pytest.mark.parametrize("said", ['"none"', 'W/"none"', "none", '"a", "b"', ""])
def test_a_tag_of_something_else_fits_nothing(app_of_ada, said):
    app_of_ada.patch("/me", {"display_name": "A."}, 412, If_Match=said, code="precondition-failed")


def looked_at_too_early(tx, still, kind, key):
    if still:
        still()


@pytest.mark.parametrize(("guarded", "status"), [(True, 412), (False, 200)])
def test_nobody_changes_it_between_the_look_and_the_change(
    app, ada, runs, monkeypatch, guarded, status
):
    """Without the lock the second would undo what the first one did, and not know."""
    if not guarded:
        monkeypatch.setattr(commands, "demand", looked_at_too_early)
    product_id = factories.sku_of(factories.a_draft(ada.creator)).product_id
    client, path = runs(ada), f"/products/{product_id}"
    tag = client.send("GET", path).headers["ETag"]
    first = text("UPDATE products SET title = 'First' WHERE id = :id")
    with db.engine.connect() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute(first, {"id": product_id})
        second = pool.submit(client.send, "PATCH", path, {"title": "Second"}, If_Match=tag)
        until_waiting()
        connection.commit()
        assert second.result().status_code == status
    db.session.rollback()
    assert row(Product, id=product_id).title == ("First" if guarded else "Second")
