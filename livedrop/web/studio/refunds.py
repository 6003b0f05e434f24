"""What is typed to give an order back: how many of each line, and why.

It is sent twice, the second time as what is surely meant. How much is left of the order is then for
the command to say: it may have taken it back already, and nobody got the answer.
"""

from typing import Any, ClassVar

from flask import request
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange

from livedrop.lib.checks import REASON_LENGTH
from livedrop.lib.forms import Form
from livedrop.orders.queries import OrderView
from livedrop.web.studio.forms import WholeNumber


class RefundForm(Form):
    """Fields are named as the room names them in what it refuses: `units-<SKU id>`."""

    standing: ClassVar[dict[int, int]]  # by SKU id
    reason = TextAreaField(
        "Reason",
        [DataRequired("Say why: it is told."), Length(max=REASON_LENGTH)],
        filters=[lambda text: text.strip() if text else text],
        description="Whoever bought it reads this.",
        render_kw={"rows": 2, "maxlength": REASON_LENGTH, "required": True},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        if sound and not any(self.quantities.values()):
            self.refuse({f"units-{next(iter(self.standing))}": "Say how many come back."})
            return False
        return bool(sound)

    @property
    def quantities(self) -> dict[int, int]:
        """Units that come back, by SKU id; with the button for it, all that stand."""
        if "all" in request.form:
            return self.standing
        return {sku_id: self[f"units-{sku_id}"].data or 0 for sku_id in self.standing}


def refund_form(order: OrderView, *, sure: bool = False) -> type[RefundForm]:
    """A field for each line: of what is left of it or, for who is sure, of all that it ever was."""

    class OrderRefundForm(RefundForm):
        standing: ClassVar = {line.sku_id: line.standing for line in order.lines}

    for line in order.lines:
        limit = line.quantity if sure else line.standing
        field = WholeNumber(
            f"Units of {line.product_title}, {line.name}, that come back",
            [NumberRange(min=0, max=limit, message=f"At most {limit:,}: that is what is left.")],
            default=0,
            render_kw={"min": 0, "max": limit},
        )
        setattr(OrderRefundForm, f"units-{line.sku_id}", field)
    return OrderRefundForm
