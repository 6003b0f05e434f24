"""Every route of the application, with an address of it and who is answered what there.

Of a route that changes something, a word says what each of seven people comes to: `yes` (it is
carried out, or the "no" is not about them), `in` (sign in first), `become` (become a creator
first), `not` (403) and `none` (404: it is not theirs, and might not be there). A route that is not
here fails the suite: whoever adds one says here for whom it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from livedrop.accounts import confirmation
from livedrop.accounts.commands import ask_confirmation
from livedrop.accounts.confirmation import Claim
from livedrop.accounts.queries import name_of
from livedrop.audit.commands import write_entries
from livedrop.deliveries import unsubscribe
from livedrop.grants import commands as grants
from livedrop.lib.db import transaction
from livedrop.outbox.models import OutboxAttempt
from tests import factories
from tests.cast import Person
from tests.factories import PASSWORD
from tests.rows import recorded

# A visitor; Ben and Cleo shop, Ada and Otto create, Dora is an admin, Sue is suspended and has a
# shop and orders of her own. What is asked for is Ben's and Ada's; of Sue, her own.
EVERYBODY = ("visitor", "ben", "cleo", "ada", "otto", "dora", "sue")
Due = tuple[str, ...]


def due(visitor: str, ben: str, cleo: str, ada: str, otto: str, dora: str, sue: str) -> Due:
    return visitor, ben, cleo, ada, otto, dora, sue


OPEN = due("yes", "yes", "yes", "yes", "yes", "yes", "yes")
READ = due("in", "yes", "yes", "yes", "yes", "yes", "yes")  # what is one's own
ACT = due("in", "yes", "yes", "yes", "yes", "yes", "not")
BENS = due("in", "yes", "none", "none", "none", "none", "yes")
BENS_ACT = due("in", "yes", "none", "none", "none", "none", "not")
ADAS = due("in", "none", "none", "yes", "none", "none", "yes")
ADAS_ACT = due("in", "none", "none", "yes", "none", "none", "not")
SOLD = due("in", "none", "none", "yes", "none", "yes", "not")  # and of admins
CREATORS = due("in", "become", "become", "yes", "yes", "become", "yes")
CREATORS_ACT = due("in", "become", "become", "yes", "yes", "become", "not")
ADMINS = due("none", "none", "none", "none", "none", "yes", "none")


@dataclass(frozen=True)
class Row:
    """An address with names of things in it; `send` makes a form or, at the API, a body."""

    path: str
    due: Due
    send: Callable[["Things"], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Things:
    """What an address can be about, all of it somebody's own."""

    shopper: Person
    creator: Person
    names: dict[str, str]
    sku_id: str
    other_sign_in: str

    @classmethod
    def of(cls, shopper: Person, creator: Person) -> "Things":
        """Makes them."""
        drop = factories.a_live_drop(creator.creator, quantity=50, limit_per_customer=50)
        draft = factories.a_draft(creator.creator, title="Draft")
        coming = factories.a_scheduled_drop(creator.creator, title="Coming")
        shipped = factories.a_live_drop(creator.creator, title="Sent", ships=True)
        order = factories.an_order(shopper.user, drop)
        sku = factories.sku_of(drop)
        told = Claim(shopper.id, shopper.email, datetime(2026, 11, 22, tzinfo=UTC))
        other = factories.a_sign_in(shopper.user).id
        ask_confirmation(user_id=shopper.id)
        write_entries(event_ids=[event.id for event in recorded()])
        names = {
            "handle": creator.user.handle,
            "drop": drop.slug,
            "draft": draft.slug,
            "coming": coming.slug,
            "shipped": shipped.slug,
            "product": drop.slug,
            "drop_id": str(drop.id),
            "draft_id": str(draft.id),
            "coming_id": str(coming.id),
            "product_id": str(sku.product_id),
            "asset_id": str(factories.an_asset(creator.creator, sku.product_id).id),
            "spare_id": str(factories.an_asset(creator.creator, sku.product_id).id),
            "sku_id": str(sku.id),
            "order_id": str(order.id),
            "claim": confirmation.word(told),
            "change": confirmation.word(told, confirmation.CHANGE),
            "wish": unsubscribe.word(shopper.id, "followers"),
            "sign_in": name_of(other),
            "entry": "1",
            "letter": a_dead_letter(),
            "user_id": str(shopper.id),
            "creator_id": str(creator.id),
        }
        return cls(shopper, creator, names, str(sku.id), names["sign_in"])


def a_dead_letter() -> str:
    """A job that was given up: the event's id and the job's name, as an address has them."""
    event = recorded()[-1]
    with transaction() as tx:
        tx.add(OutboxAttempt(event_id=event.id, job="news", attempts=8, dead_at=event.at))
    return f"{event.id}/news"


def an_order(things: Things) -> dict[str, Any]:
    return {"sku": things.sku_id, "quantity": "1", "key": str(uuid4())}


def an_apps_order(things: Things) -> dict[str, Any]:
    line = {"sku_id": things.sku_id, "quantity": 1}
    return {"drop_id": things.names["drop_id"], "lines": [line]}


def an_apps_drop(_: Things) -> dict[str, Any]:
    sku = {"name": "Red", "price": {"amount": 4500, "currency": "EUR"}, "quantity": 3}
    start, end = "2099-01-01T12:00:00Z", "2099-01-01T13:00:00Z"
    return {"title": "Harbour", "starts_at": start, "ends_at": end, "skus": [sku]}


def refreshed(things: Things) -> dict[str, Any]:
    sign_in_id = factories.a_sign_in(things.shopper.user).id
    return {"refresh_token": grants.begin(sign_in_id=sign_in_id)}


def signs_in(things: Things) -> dict[str, Any]:
    return {"email": things.shopper.email, "password": PASSWORD}


def says(**content: Any) -> Callable[[Things], dict[str, Any]]:
    return lambda things: content


ROWS = {
    # what everybody may see
    "home.show": Row("/", OPEN),
    "drops.index": Row("/drops", OPEN),
    "drops.show": Row("/drops/{drop}", OPEN),
    "drops.state": Row("/drops/{drop}/state", OPEN),
    "products.index": Row("/products", OPEN),
    "products.show": Row("/products/{product}", OPEN),
    "creators.index": Row("/creators", OPEN),
    "creators.show": Row("/@{handle}", OPEN),
    "offline.show": Row("/offline", OPEN),
    "offline.worker": Row("/sw.js", OPEN),
    "health.alive": Row("/healthz", OPEN),
    "health.ready": Row("/readyz", OPEN),
    "health.now": Row("/clock", OPEN),
    "orders.new": Row("/drops/{drop}/orders/new", OPEN),
    # fragments of pages: of a visitor they say less
    "users.show": Row("/account", OPEN),
    "users.menu": Row("/account-menu", OPEN),
    "follows.drops": Row("/following/drops", OPEN),
    "follows.buttons": Row("/following/buttons?of={handle}", OPEN),
    "inbox.toasts": Row("/inbox/toasts", OPEN),
    # getting in and out
    "users.new": Row("/sign-up", OPEN),
    "users.create": Row("/sign-up", OPEN),
    "sign_ins.new": Row("/sign-in", OPEN),
    "sign_ins.create": Row("/sign-in", OPEN),
    "sign_ins.destroy": Row("/sign-out", OPEN),
    "resets.new": Row("/password-reset", OPEN),
    "resets.create": Row("/password-reset", OPEN),
    "resets.edit": Row("/password-resets/old", OPEN),
    "resets.update": Row("/password-resets/old", OPEN),
    "addresses.new": Row("/email-confirmations/{claim}", OPEN),
    "addresses.create": Row("/email-confirmations/{claim}", OPEN),
    "addresses.new_change": Row("/email-changes/{change}", OPEN),
    "addresses.create_change": Row("/email-changes/{change}", OPEN),
    "unsubscribes.new": Row("/unsubscribe/{wish}", OPEN),
    "unsubscribes.create": Row("/unsubscribe/{wish}", OPEN),
    # one's own
    "settings.show": Row("/settings", READ),
    "settings.news.edit": Row("/settings/news", READ),
    "settings.news.update": Row("/settings/news", ACT),
    "settings.passwords.edit": Row("/settings/password", READ),
    "settings.passwords.update": Row("/settings/password", ACT),
    "settings.proofs.new": Row("/settings/proof", READ),
    "settings.proofs.create": Row("/settings/proof", ACT),
    "settings.sign_ins.index": Row("/settings/sign-ins", READ),
    "settings.sign_ins.destroy": Row("/settings/sign-ins/{sign_in}", BENS),
    "settings.sign_ins.destroy_others": Row("/settings/sign-ins", READ),
    "addresses.show": Row("/settings/email", READ),
    "addresses.edit": Row("/settings/email/edit", ACT),
    "addresses.update": Row("/settings/email", ACT),
    "addresses.ask": Row("/settings/email/confirmations", ACT),
    "inbox.index": Row("/inbox", READ),
    "inbox.read": Row("/inbox/read", READ, says(up_to="1")),
    # shopping
    "follows.index": Row("/following", READ),
    "follows.new": Row("/@{handle}/follow", READ),
    "follows.create": Row("/@{handle}/follow", ACT),
    "follows.destroy": Row("/@{handle}/follow", ACT),
    "reminders.show": Row("/drops/{coming}/reminder", READ),
    "reminders.update": Row("/drops/{coming}/reminder", ACT),
    "reminders.destroy": Row("/drops/{coming}/reminder", ACT),
    "lines.join": Row("/drops/{drop}/line/{sku_id}", ACT),
    "lines.leave": Row("/drops/{drop}/line/{sku_id}", ACT),
    "orders.create": Row("/drops/{drop}/orders", ACT, an_order),
    "orders.index": Row("/orders", READ),
    "orders.show": Row("/orders/{order_id}", BENS),
    "order_steps.extend": Row("/orders/{order_id}/extension", BENS_ACT),
    "order_steps.deliver": Row("/orders/{order_id}/delivery", BENS_ACT),
    "order_steps.pay": Row("/orders/{order_id}/payment", BENS_ACT),
    "order_steps.cancel": Row("/orders/{order_id}/cancellation", BENS_ACT),
    # the studio
    "studio.dashboard.show": Row("/studio", CREATORS),
    "studio.followers.index": Row("/studio/followers", CREATORS),
    "studio.profile.new": Row("/studio/profile/new", READ),
    "studio.profile.create": Row("/studio/profile", ACT),
    "studio.profile.edit": Row("/studio/profile/edit", CREATORS),
    "studio.profile.update": Row("/studio/profile", CREATORS_ACT),
    "studio.products.index": Row("/studio/products", CREATORS),
    "studio.products.new": Row("/studio/products/new", CREATORS),
    "studio.products.create": Row("/studio/products", CREATORS_ACT),
    "studio.products.edit": Row("/studio/products/{product}/edit", ADAS),
    "studio.products.update": Row("/studio/products/{product}", ADAS_ACT),
    "studio.pictures.index": Row("/studio/products/{product}/pictures", ADAS),
    "studio.pictures.create": Row("/studio/products/{product}/pictures", ADAS_ACT),
    "studio.pictures.show_profile": Row("/studio/profile/picture", CREATORS),
    "studio.pictures.create_profile": Row("/studio/profile/picture", CREATORS_ACT),
    "studio.pictures.show": Row("/studio/pictures/{asset_id}", ADAS),
    "studio.pictures.edit": Row("/studio/pictures/{asset_id}/edit", ADAS),
    "studio.pictures.update": Row("/studio/pictures/{asset_id}", ADAS_ACT),
    "studio.pictures.retry": Row("/studio/pictures/{asset_id}/attempts", ADAS_ACT),
    "studio.pictures.move": Row("/studio/pictures/{asset_id}/position", ADAS_ACT),
    "studio.pictures.destroy": Row("/studio/pictures/{spare_id}", ADAS_ACT),
    "studio.drops.index": Row("/studio/drops", CREATORS),
    "studio.drops.new": Row("/studio/drops/new", CREATORS),
    "studio.drops.create": Row("/studio/drops", CREATORS_ACT),
    "studio.drops.show": Row("/studio/drops/{draft}", ADAS),
    "studio.drops.preview": Row("/studio/drops/{draft}/preview", ADAS),
    "studio.drops.edit": Row("/studio/drops/{draft}/edit", ADAS),
    "studio.drops.update": Row("/studio/drops/{draft}", ADAS_ACT),
    "studio.drops.publish": Row("/studio/drops/{draft}/publication", ADAS_ACT),
    "studio.drops.edit_schedule": Row("/studio/drops/{coming}/schedule/edit", ADAS),
    "studio.drops.reschedule": Row("/studio/drops/{coming}/schedule", ADAS_ACT),
    "studio.drops.new_cancellation": Row("/studio/drops/{coming}/cancellation/new", ADAS_ACT),
    "studio.drops.cancel": Row("/studio/drops/{coming}/cancellation", ADAS_ACT),
    "studio.numbers.index": Row("/studio/numbers", CREATORS),
    "studio.numbers.export": Row("/studio/numbers/table.csv", CREATORS),
    "studio.imports.template": Row("/studio/drops/table.csv", CREATORS),
    "studio.imports.export": Row("/studio/drops/{drop}/table.csv", ADAS),
    "studio.imports.new": Row("/studio/drops/{draft}/import/new", ADAS),
    "studio.imports.create": Row("/studio/drops/{draft}/import", ADAS_ACT),
    "studio.sales.index": Row("/studio/orders", CREATORS),
    "studio.sales.of_drop": Row("/studio/drops/{drop}/orders", ADAS),
    "studio.orders.show": Row("/studio/orders/{order_id}", ADAS),
    "studio.orders.refund": Row("/studio/orders/{order_id}/refund", ADAS_ACT, says(reason="No.")),
    "studio.packing.index": Row("/studio/drops/{shipped}/packing-list", ADAS),
    "studio.packing.export": Row("/studio/drops/{shipped}/packing-list/table.csv", ADAS),
    "studio.stock.edit": Row("/studio/drops/{drop}/units/edit", ADAS),
    "studio.stock.update": Row("/studio/drops/{drop}/units", ADAS_ACT),
    # the back office
    "backoffice.overview.show": Row("/admin", ADMINS),
    "backoffice.people.index": Row("/admin/people", ADMINS),
    "backoffice.people.show": Row("/admin/people/{user_id}", ADMINS),
    "backoffice.people.new": Row("/admin/people/{user_id}/suspension/new", ADMINS),
    "backoffice.people.create": Row("/admin/people/{user_id}/suspension", ADMINS),
    "backoffice.looks.new": Row("/admin/people/{user_id}/look/new", ADMINS),
    "backoffice.looks.create": Row("/admin/people/{user_id}/look", ADMINS),
    "backoffice.looks.destroy": Row("/admin/look", ADMINS),
    "backoffice.creators.index": Row("/admin/creators", ADMINS),
    "backoffice.creators.new": Row("/admin/creators/{creator_id}/verification/new", ADMINS),
    "backoffice.creators.create": Row("/admin/creators/{creator_id}/verification", ADMINS),
    "backoffice.drops.index": Row("/admin/drops", ADMINS),
    "backoffice.drops.show": Row("/admin/drops/{drop_id}", ADMINS),
    "backoffice.drops.new": Row("/admin/drops/{drop_id}/cancellation/new", ADMINS),
    "backoffice.drops.create": Row("/admin/drops/{drop_id}/cancellation", ADMINS),
    "backoffice.orders.index": Row("/admin/orders", ADMINS),
    "backoffice.orders.show": Row("/admin/orders/{order_id}", ADMINS),
    "backoffice.orders.new": Row("/admin/orders/{order_id}/refund/new", ADMINS),
    "backoffice.orders.create": Row("/admin/orders/{order_id}/refund", ADMINS),
    "backoffice.audit.index": Row("/admin/audit", ADMINS),
    "backoffice.audit.show": Row("/admin/audit/{entry}", ADMINS),
    "backoffice.audit.chain": Row("/admin/audit/chain", ADMINS),
    "backoffice.audit.create": Row("/admin/audit/checks", ADMINS),
    "backoffice.audit.download": Row("/admin/audit/head", ADMINS),
    "backoffice.system.show": Row("/admin/system", ADMINS),
    "backoffice.queues.index": Row("/admin/queues", ADMINS),
    "backoffice.queues.new": Row("/admin/queues/letters/{letter}/requeue/new", ADMINS),
    "backoffice.queues.create": Row("/admin/queues/letters/{letter}/requeue", ADMINS),
    # apps
    "handbook.show": Row("/api/docs", OPEN),
    "handbook.chapter": Row("/api/docs/problems", OPEN),
    "api.document.show": Row("/api/v1/openapi.json", OPEN),
    "api.people.create": Row("/api/v1/users", OPEN, says(email="none")),
    "api.people.show": Row("/api/v1/me", READ),
    "api.people.update": Row("/api/v1/me", ACT, says(display_name="Somebody")),
    "api.tokens.create": Row("/api/v1/tokens", OPEN, signs_in),
    "api.tokens.refresh": Row("/api/v1/tokens/refresh", OPEN, refreshed),
    "api.tokens.destroy": Row("/api/v1/tokens", READ),
    "api.creators.index": Row("/api/v1/creators", OPEN),
    "api.creators.show": Row("/api/v1/creators/{handle}", OPEN),
    "api.creators.drops": Row("/api/v1/creators/{handle}/drops", OPEN),
    "api.creators.products": Row("/api/v1/creators/{handle}/products", OPEN),
    "api.creators.followers": Row("/api/v1/creators/{handle}/followers", ADAS),
    "api.creators.update": Row("/api/v1/creators/{handle}", ADAS_ACT, says(bio="Makes.")),
    "api.creators.follow": Row("/api/v1/creators/{handle}/follow", ACT),
    "api.creators.unfollow": Row("/api/v1/creators/{handle}/follow", ACT),
    "api.creators.following": Row("/api/v1/me/following", READ),
    "api.products.index": Row("/api/v1/products", OPEN),
    "api.products.show": Row("/api/v1/products/{product_id}", OPEN),
    "api.products.create": Row("/api/v1/products", CREATORS_ACT, says(title="Mug")),
    "api.products.update": Row("/api/v1/products/{product_id}", ADAS_ACT, says(title="Mug")),
    "api.media.create": Row("/api/v1/media", CREATORS_ACT),
    "api.media.show": Row("/api/v1/media/{asset_id}", ADAS),
    "api.drops.index": Row("/api/v1/drops", OPEN),
    "api.drops.show": Row("/api/v1/drops/{drop_id}", OPEN),
    "api.drops.create": Row("/api/v1/drops", CREATORS_ACT, an_apps_drop),
    "api.drops.update": Row("/api/v1/drops/{draft_id}", ADAS_ACT, says(title="Mug")),
    "api.drops.publish": Row("/api/v1/drops/{draft_id}/publication", ADAS_ACT),
    "api.drops.cancel": Row("/api/v1/drops/{coming_id}/cancellation", ADAS_ACT, says(reason="No.")),
    "api.drops.orders": Row("/api/v1/drops/{drop_id}/orders", ADAS),
    "api.drops.remind": Row("/api/v1/drops/{drop_id}/reminder", ACT),
    "api.drops.forget": Row("/api/v1/drops/{drop_id}/reminder", ACT),
    "api.orders.create": Row("/api/v1/orders", ACT, an_apps_order),
    "api.orders.index": Row("/api/v1/orders", READ),
    "api.orders.show": Row("/api/v1/orders/{order_id}", BENS),
    "api.orders.extend": Row("/api/v1/orders/{order_id}/extension", BENS_ACT),
    "api.orders.pay": Row("/api/v1/orders/{order_id}/payment", BENS_ACT, says(method="pretend")),
    "api.orders.cancel": Row("/api/v1/orders/{order_id}/cancellation", BENS_ACT),
    "api.orders.refund": Row("/api/v1/orders/{order_id}/refund", SOLD, says(reason="No.")),
    "api.lines.index": Row("/api/v1/me/waitlist", READ),
    "api.lines.join": Row("/api/v1/skus/{sku_id}/waitlist", ACT, says(quantity=1)),
    "api.lines.leave": Row("/api/v1/skus/{sku_id}/waitlist", ACT),
    "api.live.create": Row("/api/v1/live/tickets", ACT),
    "api.news.index": Row("/api/v1/notifications", READ),
    "api.news.read": Row("/api/v1/notifications/read", READ, says(up_to="1")),
    "api.news.show": Row("/api/v1/me/preferences", READ),
    "api.news.update": Row("/api/v1/me/preferences", ACT, says()),
    # last, as Ben is a creator after it
    "api.creators.create": Row("/api/v1/creators", ACT, says(display_name="Somebody")),
}

# For whom these are is not said by who somebody is; these files prove what guards them.
ELSEWHERE = {
    "static": "tests/web/test_assets.py",
    "pictures.show": "tests/web/storefront/test_pictures.py",
    "media.show": "tests/web/studio/test_studio_pictures.py",
    "health.metrics": "tests/web/test_metrics.py",
    "live.listen": "tests/web/live/test_guards.py",
    "callbacks.create": "tests/web/test_callbacks.py",
    "reports.create": "tests/web/test_reports.py",
}
