"""The house gives money back."""

from livedrop.lib.ids import new_id
from tests import factories
from tests.shopping import call_back_refund, confirmed, order


def run(app, *words):
    return app.test_cli_runner().invoke(args=words)


def test_the_operator_refunds_an_order(app, ben):
    bought = confirmed(ben, factories.a_live_drop())
    assert run(app, "refund", str(bought.id), "--reason", "Broken in the post").exit_code == 0
    call_back_refund(bought.id)
    assert order(bought.id).status == "refunded"


def test_an_order_that_is_not_paid_is_said(app, ben):
    order_id = factories.an_order(ben.user, factories.a_live_drop()).id
    answer = run(app, "refund", str(order_id), "--reason", "Broken")
    assert answer.exit_code == 1
    assert "only what is paid is" in answer.output


def test_an_order_that_nobody_placed_is_said(app):
    assert "not-found" in run(app, "refund", str(new_id()), "--reason", "Broken").output
