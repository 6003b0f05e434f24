"""Every example of the handbook, pasted into a shell, is answered as the document says."""

import os
import shutil
import subprocess
from datetime import timedelta
from itertools import count

import pytest

from livedrop.config import Config
from livedrop.drops.commands import publish
from livedrop.follows.commands import follow
from livedrop.grants import commands as grants
from tests import factories
from tests.cast import Person
from tests.media.samples import a_picture
from tests.notifications.news import told
from tests.programs import website
from tests.shopping import confirmed, placed
from tests.web.api.test_schema import token

# Calls of creators; all others are made by somebody who buys.
MAKERS = {
    "creators.update",
    "creators.followers",
    "products.create",
    "products.update",
    "media.create",
    "media.show",
    "drops.create",
    "drops.update",
    "drops.publish",
    "drops.cancel",
    "drops.orders",
    "orders.refund",
}
numbers = count(1)


@pytest.mark.timeout(300)
def test_every_example_does_what_it_is_an_example_of(app, visitor, config: Config, tmp_path):
    assert shutil.which("curl"), "The examples are for curl: install it."
    (tmp_path / ".curlrc").write_text(r'write-out = "\n%{http_code}"')
    (tmp_path / "vase.jpg").write_bytes(a_picture(64, 48))
    paths = visitor.get("/openapi.json")["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    with website(config) as url:
        wrong = [said for one in operations if (said := mistake(app, url, one, tmp_path))]
    assert len(operations) == 46
    assert not wrong


def mistake(app, url, operation, home):
    """What is wrong with the example of this operation, if anything."""
    (sample,) = operation["x-codeSamples"]
    awaited = next(status for status in operation["responses"] if status.startswith("2"))
    variables = world(app, url, operation["operationId"] in MAKERS)
    variables["PICTURE"] = str(home / "vase.jpg")
    done = subprocess.run(
        ["bash", "-euc", sample["source"]],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PICTURE": str(home / "vase.jpg")}
        | variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    said = done.stdout + done.stderr
    return None if said.splitlines()[-1:] == [awaited] else f"{sample['source']}\n{said}"


def world(app, url, makes):
    """All that the examples name, new for each of them."""
    number = next(numbers)
    ada = Person.called(app, f"ada{number}", creates=True)
    ben = Person.called(app, f"ben{number}")
    follow(follower_id=ben.id, creator_id=ada.id)
    drop = factories.a_live_drop(ada.creator, limit_per_customer=5)
    draft = factories.a_draft(ada.creator)
    announced = factories.a_draft(ada.creator)
    publish(drop_id=announced.id, actor_id=ada.id)
    gone = factories.a_live_drop(ada.creator, quantity=1)
    placed(ada, gone)
    now = factories.now()
    return {
        "LIVEDROP": url,
        "TOKEN": token(app, ada if makes else ben, url),
        "REFRESH_TOKEN": grants.begin(sign_in_id=factories.a_sign_in(ben.user).id),
        "KEY": f"key-{number}",
        "EMAIL": ben.email,
        "NEW_EMAIL": f"new{number}@example.com",
        "NEW_HANDLE": f"new{number}",
        "PASSWORD": factories.PASSWORD,
        "HANDLE": ada.user.handle,
        "ASSET_ID": str(factories.an_asset(ada.creator).id),
        "MY_HANDLE": ada.user.handle,
        "PRODUCT_ID": str(factories.a_product(ada.creator).id),
        "DROP_ID": str(drop.id),
        "MY_DROP_ID": str(drop.id),
        "DRAFT_ID": str(draft.id),
        "SKU_ID": str(factories.sku_of(drop).id),
        "DRAFT_SKU_ID": str(factories.sku_of(draft).id),
        "GONE_SKU_ID": str(factories.sku_of(gone).id),
        "ORDER_ID": str(placed(ben, drop).id),
        "SOLD_ORDER_ID": str(confirmed(ben, drop).id),
        "NOTIFICATION_ID": str(told()[0].news_id),
        "STARTS_AT": (now + timedelta(hours=1)).isoformat(),
        "ENDS_AT": (now + timedelta(hours=2)).isoformat(),
    }
