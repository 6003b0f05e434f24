"""The whole application behind it: pages that are nobody's, and a sale that one process leaves."""

import re
import threading

import psycopg
import pytest

from livedrop.orders.models import Order
from tests import factories, invariants
from tests.faults.shopper import Shopper
from tests.gateway.conftest import two_of
from tests.gateway.edge import before
from tests.programs import until
from tests.rows import rows
from tests.shopping import placed

SAMPLES = {"int": "1", "uuid": "0190f3c4-9f6e-7c3a-8f00-000000000000"}
FRESH = "/drops/<slug>/state"  # what an open page asks when nobody tells it: never kept here
LEAKY = (
    "proxy_ignore_headers Vary Cache-Control Set-Cookie; proxy_cache_valid any 1m;"
    " proxy_cache pages; proxy_cache_key $request_uri; proxy_pass http://web;"
)


def test_what_the_application_marks_as_everybodys_is_kept_and_nothing_else(application, edge):
    rules = [rule for rule in application.url_map.iter_rules() if "GET" in rule.methods]
    for number, rule in enumerate(rules):
        edge.ask(_sample(rule), X_Request_ID=f"rule-{number:04}")
    written = {line["id"]: line for line in edge.logged(len(rules))}
    for number, rule in enumerate(rules):
        line = written[f"rule-{number:04}"]
        public = hasattr(application.view_functions[rule.endpoint], "public")
        named_by_content = rule.rule.startswith(("/static/", "/pictures/", "/media/"))
        kept = (public and rule.rule != FRESH) or named_by_content
        assert bool(line["kept"]) == kept, rule


def test_nothing_a_person_was_shown_is_shown_to_another(application, shop, ada, ben):
    """However often Ben looks at every page there is, nobody else sees anything of his."""
    assert _seen_of_ben(application, shop, ada, ben) == set()


def test_a_gateway_that_keeps_what_it_should_not_is_caught(application, make_shop, ada, ben):
    with make_shop(without=lambda text: text.replace("proxy_pass http://web;", LEAKY, 1)) as leaky:
        assert "/account-menu" in _seen_of_ben(application, leaky, ada, ben)


def test_while_postgres_is_away_the_last_page_is_shown_and_says_so(config, shop, ada):
    """Also by a process that never showed it: it leads on to the one that did."""
    drop = factories.a_live_drop(ada.creator)
    fresh = shop.ask(f"/drops/{drop.slug}")
    assert (fresh.status, b"data-stale hidden>" in fresh.body) == (200, True)
    with _no_database(config.database_url):
        until(lambda: b"data-stale>" in shop.ask(f"/drops/{drop.slug}").body)
        for _ in range(4):
            stale = shop.ask(f"/drops/{drop.slug}")
            assert (stale.status, stale.headers["Cache-Control"]) == (200, "public, no-cache")
    until(lambda: b"data-stale hidden>" in shop.ask(f"/drops/{drop.slug}").body)


@pytest.mark.parametrize(
    "cookie",
    [
        "__Host-session=",
        "__Host-session={other}; __Host-session={ben}",
        "__host-session={ben}",
        '__Host-session="{ben}',
        "__Host-session={ben}x",
        "__Host-session={ben}\x00",
        " =__Host-session={ben}",
        "__Host-session={ben}, __Host-session={ben}",
        "session={ben}; Path=/; Domain=evil.example",
        "$Version=1; __Host-session=\\{ben}",
        "{many}",
    ],
)
def test_a_tricky_cookie_makes_nobody_ben_and_breaks_nothing(shop, ben, cookie):
    factories.change(ben.user, display_name="Benjamin Unmistakable")
    his = Shopper(ben, factories.a_live_drop()).cookie.removeprefix("__Host-session=")
    many = "; ".join(f"__Host-session=a{n}" for n in range(300))
    said = cookie.format(ben=his, other=his[::-1], many=many)
    for path in ("/account-menu", "/orders", "/drops"):
        answer = shop.ask(path, Cookie=said.encode("latin-1"))
        assert answer.status < 500
        assert "Unmistakable" not in answer.text
    assert "Unmistakable" in shop.ask("/account-menu", Cookie=f"__Host-session={his}").text


@pytest.mark.parametrize(
    ("failpoint", "replayed"), [("before_commit", False), ("after_commit", True)]
)
def test_who_orders_from_a_process_that_is_killed_does_not_notice(
    pair, shop, ben, cleo, failpoint, replayed
):
    drop = factories.a_live_drop(quantity=5, limit_per_customer=5)
    pair.next_at(failpoint)
    said = Shopper(ben, drop).buys(shop.url)
    assert (said.status, said.replayed) == (303, replayed)
    assert [str(order.id) for order in rows(Order)] == [said.order_id]
    assert Shopper(cleo, drop).buys(shop.url).is_yes


def test_an_order_that_is_not_asked_again_fails(pair, make_shop, ben):
    without = {"without": lambda text: text.replace("timeout non_idempotent", "timeout")}
    drop = factories.a_live_drop(quantity=5, limit_per_customer=5)
    with make_shop(**without) as shop:
        pair.next_at("before_commit")
        said = Shopper(ben, drop).buys(shop.url)
    assert (said.status, said.retry_after) == (503, "1")


def test_one_of_two_is_killed_in_the_middle_of_a_sale_and_nobody_is_turned_away(
    config, tmp_path, ben, cleo
):
    drop = factories.a_live_drop(quantity=400, limit_per_customer=100)
    said, enough = [], threading.Event()
    shoppers = [Shopper(person, drop) for person in (ben, cleo)]

    def order(shop, shopper):
        for _ in range(25):
            said.append(shopper.buys(shop.url))
            if len(said) > 10:
                enough.set()

    log = tmp_path / "gateway.log"
    with two_of(config, tmp_path) as pair, before(*pair.addresses, log=log, lifted=True) as shop:
        buyers = [threading.Thread(target=order, args=[shop, one]) for one in shoppers]
        for buyer in buyers:
            buyer.start()
        enough.wait(30)
        pair.kill_one()
        for buyer in buyers:
            buyer.join()
        assert shop.ask("/orders", Cookie=shoppers[0].cookie).status == 200
    assert {one.status for one in said} == {303}
    assert {one.order_id for one in said} == {str(order.id) for order in rows(Order)}
    assert len(rows(Order)) == 50
    assert invariants.broken() == []


def _sample(rule):
    def value(found):
        converter = (found[1] or "").partition("(")[0]
        return SAMPLES.get(converter, "x")

    return re.sub(r"<(?:(\w+(?:\(.*?\))?):)?\w+>", value, rule.rule)


def _seen_of_ben(application, shop, ada, ben):
    """Ben looks at every page, then a visitor does: where that one sees something of Ben."""
    factories.change(ben.user, display_name="Benjamin Unmistakable")
    drop = factories.a_live_drop(ada.creator, limit_per_customer=5)
    shopper = Shopper(ben, drop)
    order_id = str(placed(ben, drop).id)
    known = {"slug": drop.slug, "handle": ada.user.handle, "order_id": order_id}
    his = ("Benjamin Unmistakable", shopper.token, order_id)
    seen = set()
    for rule in application.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule.startswith(("/static", "/pictures", "/live")):
            continue
        path = _filled(rule, known)
        for _ in range(2):
            shop.ask(path, Cookie=shopper.cookie)
        visitor = shop.ask(path)
        if any(word in visitor.text for word in his):
            seen.add(path)
    return seen


def _filled(rule, known):
    path = rule.rule
    for name in rule.arguments:
        path = re.sub(rf"<(?:\w+(?:\(.*?\))?:)?{name}>", known.get(name, "1"), path)
    return path


class _no_database:
    """Nobody is let in, and who is in is thrown out."""

    def __init__(self, url):
        self.url, self.name = url, url.rpartition("/")[2]

    def __enter__(self):
        self._say(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false')
        self._say(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{self.name}' AND application_name = 'livedrop'"
        )

    def __exit__(self, *_):
        self._say(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS true')

    def _say(self, statement):
        postgres = f"{self.url.rpartition('/')[0]}/postgres"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(statement)
