"""A creator reads what came of their drops."""

import csv
import io

from livedrop.insights import commands
from livedrop.insights.models import DropDay
from tests import factories
from tests.parallel import until
from tests.rows import rows
from tests.shopping import confirmed, placed


def counted(what):
    return sum(one.number for one in rows(DropDay, what=what))


def test_ada_sees_her_drops_beside_one_another(ada, ben):
    drop = factories.a_live_drop(ada.creator, title="Harbour", quantity=1, price=4500)
    confirmed(ben, drop)
    commands.count_interest({drop.id: 1234}, [(drop.id, 1)])
    seen = ada.page.get("/studio/numbers")
    assert "Harbour" in seen.text
    assert "1,234 1 1 1 1 of 1 €45" in seen.text
    assert seen.html.count("<rect") == 2
    on_its_page = ada.page.get(f"/studio/drops/{drop.slug}").text
    assert "1,234" in on_its_page
    assert "1 person wanted some" in on_its_page


def test_they_come_as_a_table_without_formulas(ada):
    factories.a_live_drop(ada.creator, title="=HYPERLINK(1)")
    answer = ada.page.client.get("/studio/numbers/table.csv")
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert dict(zip(head, row, strict=True))["Drop"] == "'=HYPERLINK(1)"


def test_opening_a_drops_page_is_a_view_and_looking_again_is_none(ben):
    drop = factories.a_live_drop()
    page = ben.page.get(f"/drops/{drop.slug}")
    ben.page.fragment(page.one("#drop-order-panel").get("hx-get"))
    ben.page.fragment(f"/drops/{drop.slug}/orders/new")
    until(lambda: counted("view") == 1)


def test_who_is_refused_for_want_of_units_is_turned_away(ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    form = ben.page.get(f"/drops/{drop.slug}/orders/new")
    placed(cleo, drop)
    form.submit("#order-form", 409)
    until(lambda: counted("turned-away") == 1)
