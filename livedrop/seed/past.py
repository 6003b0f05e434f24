"""Tell a world: write its rows, and record its past as it would have been when it happened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from slugify import slugify

from livedrop.accounts.events import UserSignedUp
from livedrop.accounts.models import User
from livedrop.artwork.pictures import kind_of
from livedrop.creators.events import CreatorJoined
from livedrop.creators.models import Creator
from livedrop.drops import events as drop_events
from livedrop.drops.models import Drop, DropChange, DropMark, Sku
from livedrop.follows.events import Followed
from livedrop.follows.models import Follow
from livedrop.follows.steps import count_anew
from livedrop.insights.models import DropDay
from livedrop.inventory.models import Stock
from livedrop.lib.db import Tx
from livedrop.orders import events as order_events
from livedrop.orders.models import Order, OrderLine, Refund
from livedrop.outbox.record import Event, record
from livedrop.payments.models import Payment
from livedrop.products.events import ProductCreated
from livedrop.products.models import Product
from livedrop.seed import crowd
from livedrop.seed.world import DAY, Maker, Offer, Ordered, Sale, World

DOMAIN = "livedrop.example"
GRACE = timedelta(seconds=30)
LONG_AGO = timedelta(days=55 * 365)  # since 1970: before all that is really ordered

Paid = tuple[Order, OrderLine, Payment]


def tell(tx: Tx, world: World, password_hash: str) -> None:
    """Write all of the world, its now being the database's."""
    Story(tx, Random(world.number), tx.clock(), password_hash).tell(world)


@dataclass(slots=True)
class Story:
    """A world while it is being told."""

    tx: Tx
    chance: Random
    now: datetime
    password_hash: str
    people: dict[str, User] = field(default_factory=dict)
    shoppers: list[User] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    papers: list[OrderLine | Payment] = field(default_factory=list)  # which need their order
    refunds: list[Refund] = field(default_factory=list)
    happened: list[tuple[datetime, Event]] = field(default_factory=list)

    def tell(self, world: World) -> None:
        self._gather(world)
        for maker in world.makers:
            self._open_shop(maker, world.ordered)
        self._follow(world)
        self._write(*self.orders)
        self._write(*self.papers)
        self._write(*self.refunds)  # which need their payment
        for at, event in sorted(self.happened, key=lambda one: one[0]):
            record(self.tx, event, at=at)

    # --- people and what they make ---

    def _gather(self, world: World) -> None:
        names = {maker.handle: maker.name for maker in world.makers} | world.cast
        zones = {maker.handle: maker.time_zone for maker in world.makers}
        strangers = crowd.names(self.chance, world.crowd)
        for handle, name in (names | strangers).items():
            joined = self._at(-self.chance.uniform(20, 60) * DAY)
            self.people[handle] = User(
                email=f"{handle}@{DOMAIN}",
                handle=handle,
                display_name=name,
                password_hash=self.password_hash,
                time_zone=zones.get(handle, "UTC"),
                created_at=joined,
                confirmed_at=joined + timedelta(minutes=3),
                admin_since=joined if handle in world.admins else None,
            )
        self._write(*self.people.values())
        self.shoppers = [self.people[handle] for handle in strangers]
        for user in self.people.values():
            self._tell(user.created_at, UserSignedUp(id=user.id, actor_id=user.id))

    def _open_shop(self, maker: Maker, ordered: Sequence[Ordered]) -> None:
        user = self.people[maker.handle]
        joined = user.created_at + timedelta(hours=1)
        self._write(
            Creator(
                id=user.id,
                handle=maker.handle,
                display_name=maker.name,
                bio=maker.bio,
                created_at=joined,
            )
        )
        self._tell(joined, CreatorJoined(id=user.id, actor_id=user.id))
        things = {
            title: self._make(user, title, story, joined + timedelta(hours=number))
            for number, (title, story) in enumerate(maker.things.items(), 1)
        }
        for sale in maker.sales:
            buyers = [one for one in ordered if one.sale == sale.title]
            self._sell(user, sale, things, buyers)

    def _make(self, user: User, title: str, story: str, at: datetime) -> Product:
        product = Product(
            slug=slugify(title),
            creator_id=user.id,
            title=title,
            description=story,
            artwork=kind_of(title, story),
            created_at=at,
        )
        self._write(product)
        self._tell(at, ProductCreated(id=product.id, actor_id=user.id, creator_id=user.id))
        return product

    def _follow(self, world: World) -> None:
        """Part of the crowd follows each maker, most of them lately, and some of the cast."""
        for maker in world.makers:
            fans = [user for user in self.shoppers if self.chance.random() < maker.liked]
            cast = [name for name, whom in world.follows.items() if maker.handle in whom]
            creator = self.people[maker.handle]
            for user in [*fans, *(self.people[name] for name in cast)]:
                first = max(user.created_at, creator.created_at + timedelta(hours=1))
                since = first + (self.now - first) * self.chance.random() ** 0.5
                self.follows.append(Follow(follower_id=user.id, creator_id=creator.id, since=since))
                self._tell(since, Followed(id=creator.id, actor_id=user.id))
        self._write(*self.follows)
        count_anew(self.tx)

    # --- drops ---

    def _sell(
        self, user: User, sale: Sale, things: dict[str, Product], cast: list[Ordered]
    ) -> None:
        drop = self._announce(user, sale)
        skus = {
            offer: Sku(
                drop_id=drop.id,
                product_id=things[offer.product].id,
                name=offer.name,
                price=offer.price,
            )
            for offer in sale.offers
        }
        self._write(*skus.values())
        for offer, sku in skus.items():
            claimed = offer.sold + sum(not one.refunded for one in cast if offer is sale.offers[0])
            self._write(
                Stock(sku_id=sku.id, drop_id=drop.id, declared=offer.declared, claimed=claimed)
            )
        self._fill(drop, sale, skus, cast)

    def _announce(self, user: User, sale: Sale) -> Drop:
        """The drop's row and its history up to now."""
        published = None if sale.published is None else self._at(sale.published)
        drafted = (published or self.now) - timedelta(hours=5)
        drop = Drop(
            slug=slugify(sale.title),
            creator_id=user.id,
            title=sale.title,
            story=sale.story,
            starts_at=self._at(sale.starts),
            ends_at=self._at(sale.ends),
            currency=sale.currency,
            limit_per_customer=sale.limit,
            payment_window_seconds=sale.window,
            ships=sale.ships,
            created_at=drafted,
            published_at=published,
        )
        self._write(drop)
        self._tell(
            drafted,
            drop_events.DropDrafted(id=drop.id, actor_id=user.id, creator_id=user.id),
        )
        if published:
            self._publish(drop, published)
        if sale.cancelled:
            self._call_off(drop, user, sale.cancelled)
        return drop

    def _publish(self, drop: Drop, at: datetime) -> None:
        starts_at, ends_at = drop.starts_at.isoformat(), drop.ends_at.isoformat()
        self._note(drop, at, "published", {"starts_at": starts_at, "ends_at": ends_at})
        self._tell(
            at,
            drop_events.DropPublished(
                id=drop.id,
                actor_id=drop.creator_id,
                creator_id=drop.creator_id,
                starts_at=starts_at,
                ends_at=ends_at,
            ),
        )
        self._open_and_end(drop)

    def _open_and_end(self, drop: Drop) -> None:
        for instant, kind, event in (
            (drop.starts_at, "opened", drop_events.DropOpened),
            (drop.ends_at, "ended", drop_events.DropEnded),
        ):
            if instant <= self.now:
                self._write(DropMark(drop_id=drop.id, kind=kind, starts_at=drop.starts_at))
                starts_at = drop.starts_at.isoformat()
                told = event(id=drop.id, creator_id=drop.creator_id, starts_at=starts_at)
                self._tell(instant, told)

    def _call_off(self, drop: Drop, user: User, reason: str) -> None:
        at = self._at(-DAY)
        drop.cancelled_at, drop.cancelled_by, drop.cancel_reason = at, user.id, reason
        self._note(drop, at, "cancelled", {"reason": reason})
        self._tell(
            at,
            drop_events.DropCancelled(
                id=drop.id, actor_id=user.id, creator_id=user.id, reason=reason
            ),
        )

    # --- orders ---

    def _fill(
        self, drop: Drop, sale: Sale, skus: dict[Offer, Sku], cast: Sequence[Ordered]
    ) -> None:
        """Everybody orders once at most, so the limit holds; most of them come early."""
        baskets = [
            (sku, units) for offer, sku in skus.items() for units in self._split(offer, sale.limit)
        ]
        self.chance.shuffle(baskets)
        people = iter(self.chance.sample(self.shoppers, len(baskets) + sale.given_up))
        for (sku, units), at in zip(baskets, self._moments(drop, len(baskets)), strict=True):
            self._paid(drop, next(people), sku, units, at)
        first = next(iter(skus.values()))
        for one, at in zip(cast, self._moments(drop, len(cast)), strict=True):
            paid = self._paid(drop, self.people[one.handle], first, 1, at)
            if one.refunded:
                self._refund(drop, *paid)
        for at in self._moments(drop, sale.given_up):
            self._given_up(drop, next(people), first, at)
        self._look_on(drop, all(offer.sold == offer.declared for offer in sale.offers))

    def _look_on(self, drop: Drop, sold_out: bool) -> None:
        """For each who orders some only look; where all is sold, others wanted it, too."""
        chance = Random(drop.slug)
        days = Counter(
            order.placed_at.astimezone(UTC).date()
            for order in self.orders
            if order.drop_id == drop.id
        )
        for day, ordered in days.items():
            turned_away = chance.randint(1, ordered) if sold_out and day == max(days) else 0
            refused = turned_away * 2
            views = refused + sum(chance.randint(3, 8) for _ in range(ordered))
            counts = {"view": views, "refused": refused, "turned-away": turned_away}
            self._write(
                *(
                    DropDay(drop_id=drop.id, day=day, what=what, number=number)
                    for what, number in counts.items()
                    if number
                )
            )

    def _split(self, offer: Offer, limit: int) -> Iterator[int]:
        """The units sold of an offer, basket by basket."""
        left = offer.sold
        while left:
            units = min(left, self.chance.choice([1, 1, 1, limit]))
            yield units
            left -= units

    def _moments(self, drop: Drop, count: int) -> list[datetime]:
        last = min(drop.ends_at, self.now) - timedelta(minutes=5)
        span = (last - drop.starts_at) * 1.0
        return sorted(drop.starts_at + span * self.chance.random() ** 3 for _ in range(count))

    def _paid(self, drop: Drop, user: User, sku: Sku, units: int, at: datetime) -> Paid:
        begun = at + timedelta(seconds=self.chance.uniform(8, 50))
        settled = begun + timedelta(seconds=self.chance.uniform(1, 3))
        order = self._placed(drop, user, sku, units, at)
        order.status, order.closed_at, order.due_at = "confirmed", settled, order.pay_by + GRACE
        payment = Payment(
            id=self._id(begun),
            order_id=order.id,
            method="pretend",
            status="succeeded",
            amount=sku.price * units,
            currency=drop.currency,
            window=order.pay_by,
            protects=True,
            begun_at=begun,
            settled_at=settled,
        )
        line = self._line(order, sku, units)
        self.orders.append(order)
        self.papers += [line, payment]
        mine = str(order.id)
        began = order_events.PaymentBegun(id=payment.id, actor_id=user.id, order_id=mine)
        self._tell(begun, began)
        self._tell(settled, order_events.PaymentSucceeded(id=payment.id, order_id=mine))
        self._tell(settled, order_events.OrderConfirmed(id=order.id, drop_id=drop.id))
        return order, line, payment

    def _given_up(self, drop: Drop, user: User, sku: Sku, at: datetime) -> None:
        """Half of them think better of it, half forget."""
        order = self._placed(drop, user, sku, 1, at)
        if self.chance.random() < 0.5:
            order.status, order.reason = "cancelled", "by-shopper"
            order.closed_at = closed = at + timedelta(seconds=self.chance.uniform(10, 50))
            gone: Event = order_events.OrderCancelled(
                id=order.id, drop_id=drop.id, actor_id=user.id
            )
        else:
            order.status, order.reason = "lapsed", "payment-lapsed"
            order.lapsed_at = closed = order.pay_by + timedelta(milliseconds=300)
            gone = order_events.OrderLapsed(id=order.id, drop_id=drop.id)
        self.orders.append(order)
        self.papers.append(self._line(order, sku, 1))
        self._tell(closed, gone)

    def _refund(self, drop: Drop, order: Order, line: OrderLine, payment: Payment) -> None:
        begun = drop.ends_at + timedelta(hours=20)
        back = begun + timedelta(seconds=4)
        line.returned = line.quantity
        order.status, order.reason, order.closed_at = "refunded", "refunded", begun
        payment.refund_due = payment.refunded = payment.amount
        payment.status, payment.settled_at = "refunded", back
        told = order_events.OrderRefunded(
            id=order.id,
            drop_id=drop.id,
            actor_id=drop.creator_id,
            units=line.quantity,
            amount=payment.amount,
            reason="It was bent on the way.",
        )
        refund = Refund(
            order_id=order.id,
            at=begun,
            actor_id=told.actor_id,
            reason=told.reason,
            units={str(line.sku_id): line.quantity},
            amount=payment.amount,
            payment_id=payment.id,
            back_in_all=payment.amount,
        )
        self.refunds.append(refund)
        self._tell(begun, told)
        mine = str(order.id)
        self._tell(begun, order_events.RefundBegun(id=payment.id, order_id=mine))
        self._tell(back, order_events.RefundSucceeded(id=payment.id, order_id=mine))

    def _placed(self, drop: Drop, user: User, sku: Sku, units: int, at: datetime) -> Order:
        pay_by = at + timedelta(seconds=drop.payment_window_seconds)
        order = Order(
            id=self._id(at),
            drop_id=drop.id,
            user_id=user.id,
            placed_at=at,
            pay_by=pay_by,
            due_at=pay_by,
            delivery=crowd.address(self.chance, user.display_name) if drop.ships else None,
        )
        placed = order_events.OrderPlaced(
            id=order.id, drop_id=drop.id, actor_id=user.id, units=units
        )
        self._tell(at, placed)
        return order

    def _line(self, order: Order, sku: Sku, units: int) -> OrderLine:
        return OrderLine(
            order_id=order.id, sku_id=sku.id, quantity=units, returned=0, price=sku.price
        )

    # --- how it is written ---

    def _at(self, minutes: float) -> datetime:
        return self.now + timedelta(minutes=minutes)

    def _id(self, at: datetime) -> UUID:
        """In order of time, as ids are (RFC 9562, version 7), and the same in every such world."""
        milliseconds = (at - self.now + LONG_AGO) // timedelta(milliseconds=1)
        some = self.chance.getrandbits(128)
        return UUID(int=milliseconds << 80 | 7 << 76 | some >> 116 << 64 | 2 << 62 | some % 2**62)

    def _tell(self, at: datetime, event: Event) -> None:
        self.happened.append((at, event))

    def _note(self, drop: Drop, at: datetime, kind: str, facts: dict[str, str]) -> None:
        self._write(DropChange(drop_id=drop.id, at=at, kind=kind, facts=facts))

    def _write(self, *rows: object) -> None:
        self.tx.session.add_all(rows)
        self.tx.session.flush()
