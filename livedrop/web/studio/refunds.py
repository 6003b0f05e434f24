"""What is typed to give an order back: how many of each line, and why."""

from typing import Any, ClassVar

from flask import request
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange

from livedrop.drops.rules import REASON_LENGTH
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


def refund_form(order: OrderView) -> type[RefundForm]:
    """A field for each line of which something stands."""

    class OrderRefundForm(RefundForm):
        standing: ClassVar = {line.sku_id: line.standing for line in order.lines if line.standing}

    for line in order.lines:
        if line.standing:
            most = f"At most {line.standing:,}: that is what is left of it."
            field = WholeNumber(
                f"Units of {line.product_title}, {line.name}, that come back",
                [NumberRange(min=0, max=line.standing, message=most)],
                default=0,
                render_kw={"min": 0, "max": line.standing},
            )
            setattr(OrderRefundForm, f"units-{line.sku_id}", field)
    return OrderRefundForm
