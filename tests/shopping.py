"""How the tests of orders shop: short words for attempts, payments and the passing of time."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text

from livedrop.drops import commands as drop_commands
from livedrop.drops.models import Drop
from livedrop.extensions import db
from livedrop.idempotency.keys import fingerprint
from livedrop.lib.ids import new_id, new_token
from livedrop.orders.commands import begin_payment, join_line, leave_line, place_all, settle
from livedrop.orders.models import Order
from livedrop.orders.rules import AGAIN, Answer, Attempt, Placed
from livedrop.payments.models import Payment
from tests import factories
from tests.rows import row, rows


class Named(Protocol):
    """Whoever has an id: a person of the cast, or a user."""

    @property
    def id(self) -> int: ...


def an_attempt(
    person: Named, drop: Drop, units: int | Sequence[int] = 1, key: str | None = None, **facts: Any
) -> Attempt:
    """A try for so many units of the drop's first SKU, or of each; under a new key unless told."""
    wanted = [units] if isinstance(units, int) else units
    skus = factories.skus_of(drop)
    lines = tuple((sku.id, count) for sku, count in zip(skus, wanted, strict=False) if count)
    defaults: dict[str, Any] = {
        "drop_id": drop.id,
        "user_id": person.id,
        "sign_in_id": None,
        "key": key or new_token(),
        "fingerprint": fingerprint([drop.id, sorted(lines)]),
        "lines": lines,
    }
    return Attempt(**defaults | facts)


def place(
    person: Named, drop: Drop, units: int | Sequence[int] = 1, key: str | None = None, **facts: Any
) -> Any:
    """What this person is answered, alone in the shop; `AGAIN` is tried again at once."""
    attempt = an_attempt(person, drop, units, key, **facts)
    answer: Answer | Exception = AGAIN
    while answer is AGAIN:
        (answer,) = place_all([attempt]).answers
    return answer


def placed(person: Named, drop: Drop, units: int | Sequence[int] = 1, **facts: Any) -> Order:
    """The order this person was given."""
    answer = place(person, drop, units, **facts)
    assert isinstance(answer, Placed), answer
    return order(answer.order_id)


def confirmed(person: Named, drop: Drop, units: int | Sequence[int] = 1) -> Order:
    """A paid order."""
    bought = placed(person, drop, units)
    call_back(pay(bought))
    return order(bought.id)


def pay(bought: Order, outcome: Any = "success") -> UUID:
    """Begin a payment of this order; the provider has not answered yet."""
    return begin_payment(
        order_id=bought.id, user_id=bought.user_id, method="pretend", outcome=outcome
    )


def call_back(payment_id: UUID, outcome: Any = "success") -> None:
    """The provider says what became of the charge."""
    settle(payment_id=payment_id, kind="charge", outcome=outcome)


def call_back_refund(order_id: UUID | str, outcome: Any = "success") -> None:
    """The provider says what became of the refund of an order that is under way."""
    (payment,) = [one for one in payments(order_id) if one.status.startswith("refund_")]
    told_of_refund(f"{payment.id}:{payment.refund_due}", outcome)


def told_of_refund(key: str, outcome: Any = "success") -> None:
    """The provider says what became of the refund it was asked for under this key."""
    payment_id, _, back = key.partition(":")
    settle(payment_id=UUID(payment_id), kind="refund", outcome=outcome, back_in_all=int(back))


def join(person: Named, drop: Drop, quantity: int = 1, *, sku: int = 0) -> None:
    """This person waits in line for the drop's first SKU; `sku` counts them from 0."""
    sku_id = factories.skus_of(drop)[sku].id
    join_line(sku_id=sku_id, user_id=person.id, quantity=quantity)


def leave(person: Named, drop: Drop) -> None:
    leave_line(sku_id=factories.skus_of(drop)[0].id, user_id=person.id)


def offers_to(person: Named) -> list[Order]:
    """What was offered to this person, whatever became of it."""
    return [one for one in rows(Order, user_id=person.id) if one.offered_sku_id is not None]


def cancel_drop(drop: Drop) -> None:
    """Its creator calls it off; the orders in it are not yet undone."""
    drop_commands.cancel(drop_id=drop.id, actor_id=drop.creator_id, reason="It broke.")


def order(order_id: UUID | str) -> Order:
    """The order as it stands in its row."""
    found: Order = row(Order, id=UUID(str(order_id)))
    return found


def payments(order_id: UUID | str) -> list[Payment]:
    return rows(Payment, order_id=UUID(str(order_id)))


def end(drop: Drop) -> None:
    """It is over, this moment."""
    change("UPDATE drops SET ends_at = clock_timestamp() WHERE id = :id", id=drop.id)


def change(statement: str, **values: Any) -> None:
    """Change rows behind everybody's back."""
    with db.engine.begin() as connection:
        connection.execute(text(statement), values)


def let_pass(seconds: float, bought: Order) -> None:
    """Move an order and its payments into the past: so much later it is now."""
    for statement in (
        "UPDATE orders SET placed_at = placed_at - :past, pay_by = pay_by - :past,"
        " due_at = due_at - :past WHERE id = :id",
        'UPDATE payments SET "window" = "window" - :past, begun_at = begun_at - :past,'
        " settled_at = settled_at - :past WHERE order_id = :id",
    ):
        past = statement.replace(":past", "make_interval(secs => :seconds)")
        change(past, seconds=seconds, id=bought.id)


def many_due(drop: Drop, count: int, *, sku: int = 0, ago: float = 1000) -> None:
    """So many strangers' orders of one unit, unpaid, due that many seconds ago and shortly after.

    `sku` counts the drop's SKUs from 0.
    """
    people = [factories.a_user().id for _ in range(0, count, drop.limit_per_customer)]
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "WITH placed AS (INSERT INTO orders (id, drop_id, user_id, placed_at, pay_by,"
                " due_at) SELECT id, :drop_id, (CAST(:people AS bigint[]))[number / :limit + 1],"
                " past, past, past FROM unnest(CAST(:ids AS uuid[]))"
                " WITH ORDINALITY AS one (id, next), LATERAL (SELECT next - 1 AS number,"
                " now() + make_interval(secs => next / 1000.0 - :ago) AS past) AS instant),"
                " line AS (INSERT INTO order_lines (order_id, sku_id, quantity, price)"
                " SELECT id, :sku_id, 1, 4500 FROM unnest(CAST(:ids AS uuid[])) AS one (id))"
                " UPDATE stock SET claimed = claimed + cardinality(CAST(:ids AS uuid[]))"
                " WHERE sku_id = :sku_id"
            ),
            {
                "drop_id": drop.id,
                "people": people,
                "limit": drop.limit_per_customer,
                "ago": ago,
                "sku_id": factories.skus_of(drop)[sku].id,
                "ids": [new_id() for _ in range(count)],
            },
        )


def more_due_than_a_batch_lapses(*, wanted: int, free: int = 0) -> Drop:
    """A live drop with 110 due units of its first SKU, then so many of its second."""
    drop = factories.a_live_drop(quantity=[110, wanted + free], limit_per_customer=100)
    many_due(drop, 110)
    many_due(drop, wanted, sku=1, ago=500)
    return drop
