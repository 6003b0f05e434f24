"""F53: nobody takes mails, and the bucket of pictures takes nothing or hangs. People shop on, who
uploads is told, and later each mail comes once and each picture is made. In little; for ten minutes
with LIVEDROP_FULL_FAULTS=1. (Nothing is pushed to phones here.)"""

import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask import current_app
from urllib3 import encode_multipart_formdata

from deploy.local import ports
from livedrop.deliveries.jobs import PERSONAL
from livedrop.deliveries.models import Delivery
from livedrop.deliveries.send import deliver
from livedrop.lib.mail import Smtp
from livedrop.media import commands as media
from livedrop.media import store
from livedrop.media.models import Asset
from tests import buckets, factories, mailserver
from tests.deliveries.post import confirm, states, time_passes
from tests.faults.shopper import Shopper
from tests.faults.test_locked_rows import get
from tests.faults.test_redis_gone import state
from tests.media.samples import a_picture
from tests.media.test_uploads import hand_over
from tests.programs import PATIENCE, flask, running, until, website, worker
from tests.rows import row, rows

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
GONE, HANG = (600, 900) if FULL else (0, PATIENCE)  # seconds: gone at least; until all is well
AT_ONCE = 12  # who look at pictures while the bucket hangs
pytestmark = pytest.mark.timeout(2 * GONE + HANG + 120)


@pytest.fixture
def front():
    """Before the bucket, which is well at first."""
    with buckets.listening() as behind, buckets.front(behind) as server:
        yield server


@pytest.fixture
def mail_port():
    """Where nobody takes mails yet."""
    return ports.pick()


@pytest.fixture
def shop(config, front, mail_port):
    """The website, where it is, and at full length those who send mails and make pictures."""
    told = {
        "media": f"s3://{buckets.NAME}",
        "media_endpoint": front.url,
        "smtp_url": f"smtp://127.0.0.1:{mail_port}",
    }
    also = buckets.WHO | buckets.NOTHING
    workers = (flask("relay"), worker("mail"), worker("media")) if FULL else ()
    with ExitStack() as stack:
        for command in workers:
            stack.enter_context(running(config, command, also=also, **told))
        yield stack.enter_context(website(config, also=also, **told))


@pytest.fixture
def tries(app, config, front, mail_port, monkeypatch):
    """What those do by themselves in time, done now where they do not run."""
    monkeypatch.setitem(app.extensions, "media", store.of(f"s3://{buckets.NAME}", front.url))

    def run():
        if not FULL:
            time_passes(hours=1)
            transport = Smtp(f"smtp://127.0.0.1:{mail_port}", patience=2)
            deliver(lanes=PERSONAL, transport=transport, sender=config.mail_from, lease_seconds=30)
            hand_over()

    return run


class Uploads:
    """Ada's browser, of which only the form for pictures is left."""

    def __init__(self, ada, url):
        self.path = f"/studio/products/{factories.a_product(ada.creator, 'Vase').slug}/pictures"
        form = ada.page.get(self.path).one("#picture-form [name=csrf_token]")
        cookie = ada.page.client.get_cookie("__Host-session", domain="livedrop.test")
        self.fields = {"csrf_token": form.get("value"), "alt": "A red vase"}
        self.cookie, self.netloc = f"__Host-session={cookie.value}", urlsplit(url).netloc

    def sends(self):
        """A picture, and is answered with this status and page."""
        file = {"file": ("vase.jpg", a_picture(64, 48))}
        body, kind = encode_multipart_formdata(self.fields | file)
        headers = {"Cookie": self.cookie, "Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
        connection = http.client.HTTPConnection(self.netloc, timeout=PATIENCE)
        connection.request("POST", self.path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, page


def test_people_shop_on_and_later_all_mails_and_pictures_are_there(
    ada, ben, front, mail_port, shop, tries
):
    drop = factories.a_live_drop(quantity=2000, limit_per_customer=100)
    ben_buys, ada_sends = Shopper(ben, drop), Uploads(ada, shop)
    confirm(factories.an_order(ben.user, drop, status="confirmed"))
    assert ada_sends.sends()[0] == 303
    front.full, until_over = True, time.monotonic() + GONE
    waiting = another_picture(ada, front)
    while True:
        tries()
        assert ben_buys.buys(shop).status == 303
        assert get(shop, f"/drops/{drop.slug}") == 200
        status, page = ada_sends.sends()
        assert (status, "Pictures cannot be kept right now." in page) == (503, True)
        if time.monotonic() >= until_over:
            break
        time.sleep(GONE / 80)  # nobody may have more than a hundred
    assert state(shop) == "degraded"
    until(lambda: tries() or row(Asset, id=waiting).failure == "store-away")
    until(lambda: row(Delivery).last_error)
    hung(front, shop, ben_buys, row(Asset, id=waiting).name)
    front.full = False
    assert ada_sends.sends()[0] == 303
    with mailserver.listening(port=mail_port) as server:
        for one in rows(Asset):  # after ten minutes jobs were given up
            media.retry(asset_id=one.id, owner_id=ada.id)
        until(lambda: tries() or set(states().values()) == {"sent"}, HANG)
        until(lambda: tries() or {one.state for one in rows(Asset)} == {"ready"}, HANG)
    assert server.addresses == [ben.email]
    until(lambda: state(shop) == "ready")


def another_picture(ada, front):
    """One that came in time, past the front, and is still to be made."""
    upload = media.look_at(BytesIO(a_picture(64, 48)))
    there = store.of(f"s3://{buckets.NAME}", front.behind)
    with pytest.MonkeyPatch.context() as past:
        past.setitem(current_app.extensions, "media", there)
        return media.take(owner_id=ada.id, upload=upload, alt="A jug")


def hung(front, shop, shopper, name):
    """One process, whose bucket answers nobody: who looks at pictures waits, nobody else does."""
    front.gate.clear()
    before = len(front.calls)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        looks = [pool.submit(get, shop, f"/media/{name}/card.webp") for _ in range(AT_ONCE)]
        until(lambda: len(front.calls) >= before + AT_ONCE)
        assert shopper.buys(shop).status == 303
        assert not any(look.done() for look in looks)
        front.gate.set()
        assert {look.result(PATIENCE) for look in looks} == {503}
