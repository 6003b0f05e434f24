"""Somebody who buys over HTTP from real web processes, as a browser would, and writes down what
was said: what a person was told must be true."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from livedrop.drops.models import Drop
from livedrop.lib.ids import new_token
from tests import factories
from tests.cast import Person

PATIENCE = 15  # seconds; longer than any answer may take, it only ever ends a hang


@dataclass(frozen=True)
class Said:
    """An answer: the status, 0 for a connection that broke; the order it leads to."""

    status: int
    order_id: str | None = None
    replayed: bool = False
    retry_after: str | None = None

    @property
    def is_yes(self) -> bool:
        return self.order_id is not None

    @property
    def may_be_tried_again(self) -> bool:
        return self.status in {0, 503} or (self.status == 409 and self.retry_after is not None)


class Shopper:
    """A person's signed-in browser, of which only the order form is left."""

    def __init__(self, person: Person, drop: Drop) -> None:
        form = person.page.get(f"/drops/{drop.slug}/orders/new")
        cookie = person.page.client.get_cookie("__Host-session", domain="livedrop.test")
        assert cookie
        self.cookie = f"__Host-session={cookie.value}"
        self.token = form.value("csrf_token")
        self.path = f"/drops/{drop.slug}/orders"
        self.sku_id = factories.skus_of(drop)[0].id

    def buys(self, url: str, key: str | None = None) -> Said:
        """Send the form once."""
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        try:
            return self.buys_over(connection, key)
        finally:
            connection.close()

    def buys_over(self, connection: http.client.HTTPConnection, key: str | None = None) -> Said:
        """Send the form once over a connection that may be kept."""
        fields = {
            "csrf_token": self.token,
            "sku": self.sku_id,
            "quantity": 1,
            "key": key or new_token(),
        }
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        try:
            connection.request("POST", self.path, urlencode(fields), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return Said(0)
        return heard(answer)


def heard(answer: http.client.HTTPResponse) -> Said:
    leads_to = answer.headers.get("Location", "")
    return Said(
        status=answer.status,
        order_id=leads_to.removeprefix("/orders/") if leads_to.startswith("/orders/") else None,
        replayed=answer.headers.get("Idempotent-Replayed") == "true",
        retry_after=answer.headers.get("Retry-After"),
    )
