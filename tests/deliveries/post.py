"""What happens to Ada's drop and Ben's order and is written as news, and what became of it."""

from sqlalchemy import text

from livedrop.deliveries.models import Delivery
from livedrop.drops.events import DropPublished
from livedrop.drops.models import Drop
from livedrop.extensions import db
from livedrop.lib.db import transaction
from livedrop.orders.events import OrderConfirmed
from livedrop.orders.models import Order
from livedrop.outbox.record import Event, record
from tests import factories
from tests.cast import Person
from tests.notifications.news import told
from tests.rows import rows


def happens(event: Event) -> None:
    """It is recorded, and told to whom it concerns; nothing is delivered yet."""
    with transaction() as tx:
        record(tx, event)
    told()


def announce(drop: Drop) -> None:
    happens(
        DropPublished(
            id=drop.id,
            creator_id=drop.creator_id,
            starts_at=drop.starts_at.isoformat(),
            ends_at=drop.ends_at.isoformat(),
        )
    )


def confirm(order: Order) -> None:
    happens(OrderConfirmed(id=order.id, drop_id=order.drop_id, actor_id=order.user_id))


def follow_confirmed(creator: Person, count: int) -> None:
    """So many new people with confirmed addresses follow the creator."""
    factories.followers(creator.creator, count, days_ago=2)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE users SET confirmed_at = created_at"))


def states() -> dict[int, str]:
    """What became of each delivery, by whose it is."""
    return {delivery.user_id: delivery.state for delivery in rows(Delivery)}


def time_passes(hours: float) -> None:
    """As if everything that is planned had been so many hours ago."""
    earlier = text(
        "UPDATE deliveries SET planned_at = planned_at - make_interval(mins => :minutes),"
        " next_at = next_at - make_interval(mins => :minutes)"
    )
    with db.engine.begin() as connection:
        connection.execute(earlier, {"minutes": round(hours * 60)})
