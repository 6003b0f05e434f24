"""Whatever a machine can think of sending, the API answers as its document says (schemathesis).

Against the site as a real process, every operation and every check. What a schema cannot say is
listed here: such a rule may answer 422 to what the schema allows.
"""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from sysconfig import get_path

import pytest

from livedrop.config import Config
from livedrop.web.api import bearer
from tests import factories
from tests.programs import website
from tests.shopping import placed

# Rules that a schema cannot say, by operation, for which it may answer 422.
BEYOND = {
    "people.create": "an address that somebody could have, a password that is not known to all",
    "people.update": "a name is one line of ordinary characters",
    "creators.create": "words are not of spaces alone, and can be kept",
    "creators.update": "words are not of spaces alone, and can be kept",
    "products.create": "words are not of spaces alone, and can be kept",
    "products.update": "words are not of spaces alone, and can be kept",
    "drops.create": "a year of ours, the end after the start, one currency, own products, words",
    "drops.update": "as when drafting, and only variants of this drop",
    "drops.cancel": "words are not of spaces alone, and can be kept",
    "orders.create": "variants of this very drop, and no more than a hundred of one",
    "orders.refund": "words are not of spaces alone, and no more than was bought",
    "orders.pay": "a key comes with the same content as before, as above where there are keys",
}
# Lists, which answer 400: a cursor is one that we made, for this list.
LISTS = (
    "creators.index",
    "creators.drops",
    "creators.products",
    "creators.followers",
    "creators.following",
    "products.index",
    "drops.index",
    "drops.orders",
    "orders.index",
    "lines.index",
    "news.index",
)
EXAMPLES = 2  # of each kind for each operation, besides those that cover its schema
SECONDS = 280  # that it may take at most


@pytest.mark.timeout(300)
def test_every_answer_is_as_the_document_says(app, ada, ben, config: Config, tmp_path: Path):
    with website(config) as url:
        said = run(app, ada, ben, url, tmp_path)
    assert said.returncode == 0, said.stdout[-20_000:]


def run(app, ada, ben, url, place):
    settings = place / "schemathesis.toml"
    settings.write_text(configuration(things(ada), token(app, ada, url), token(app, ben, url)))
    program = str(Path(get_path("scripts"), "st"))
    command = [program, "--no-color", "--config-file", str(settings), "run"]
    return subprocess.run(
        [*command, f"{url}/api/v1/openapi.json"],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def things(ada):
    """What there is to ask for; most addresses lead to some of it."""
    drop = factories.a_live_drop(ada.creator, quantity=1000, limit_per_customer=100)
    gone = factories.a_live_drop(ada.creator, quantity=1)
    factories.an_order(ada.user, gone)
    return {
        "drop_id": [drop.id, factories.a_draft(ada.creator).id],
        "sku_id": [factories.sku_of(gone).id],
        "product_id": [factories.a_product(ada.creator).id],
        "order_id": [placed(ada, drop).id],
        "asset_id": [factories.an_asset(ada.creator).id],
        "handle": ["ada"],
    }


def token(app, person, url):
    """An access token that the process at `url` believes."""
    keys = app.extensions["token-keys"]
    app.extensions["token-keys"] = replace(keys, issuer=url)
    try:
        return bearer.access_token(person.id, factories.a_sign_in(person.user).id)
    finally:
        app.extensions["token-keys"] = keys


def configuration(known, mine, to_be_ended):
    """Everything on. Whoever signs out does so with a token of its own."""
    lines = [
        f"generation.max-examples = {EXAMPLES}",
        "generation.deterministic = true",
        'generation.database = "none"',
        "checks.enabled = true",
        "warnings = false",
        "workers = 2",
        f'headers = {{ Authorization = "Bearer {mine}" }}',
    ]
    for name, values in known.items():
        lines.append(f"[dictionaries.{name}]")
        lines.append(f"values = {json.dumps([str(value) for value in values])}")
    lines.append("[parameters]")
    for name in known:
        lines.append(f'"path.{name}" = {{ dictionary = "{name}", probability = 0.7 }}')
    for operation, statuses in {
        **{name: ["422"] for name in BEYOND},
        **{name: ["400"] for name in LISTS},
        "media.create": ["415", "422"],  # hardly anything is a picture
    }.items():
        lines.append("[[operations]]")
        lines.append(f'include-operation-id = "{operation}"')
        accepted = json.dumps(["2xx", "401", "403", "404", "409", *statuses])
        lines.append(f"checks.positive_data_acceptance.expected-statuses = {accepted}")
    lines.append("[[operations]]")
    lines.append('include-operation-id = "tokens.destroy"')
    lines.append(f'headers = {{ Authorization = "Bearer {to_be_ended}" }}')
    return "\n".join(lines)
