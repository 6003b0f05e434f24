"""The micro-cache: one rendering for everybody, and nothing of anybody in it."""

import gzip
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from livedrop.lib import pagecache
from livedrop.lib.pagecache import FRESH_FOR, PageCache
from tests.parallel import until

PART = (("HTTP_HX_REQUEST_TYPE", "partial"),)
STEADY = "public, max-age=1, stale-while-revalidate=1, stale-if-error=300"


class Site:
    """An application that tells all it is told, at a door that can be held shut."""

    def __init__(self) -> None:
        self.renderings = 0
        self.status = 200
        self.cookie = False
        self.fresh_for: float | None = None
        self.title = "first"
        self.begun, self.door = Semaphore(0), Event()
        self.door.set()
        self.crash = False

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.renderings += 1
        title = self.title
        self.begun.release()
        assert self.door.wait(10)
        if self.crash:
            raise RuntimeError("the renderer crashed")
        if self.fresh_for is not None:
            environ[FRESH_FOR] = self.fresh_for
        request = Request(environ)
        told = f"{request.method} {request.full_path} {sorted(request.headers)} {request.cookies}"
        response = Response(f"<p hidden>old</p>{title} {told}", status=self.status)
        response.headers["X-Frame-Options"] = "DENY"
        if self.cookie:
            response.set_cookie("session", "of somebody")
        return response(environ, start_response)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Shop:
    """The site behind its cache: `/private` is not cached, other paths depend on `state`."""

    def __init__(self) -> None:
        self.site, self.clock = Site(), Clock()
        self.cache = PageCache(
            self.site,
            rule=lambda environ: (
                None if "private" in environ["PATH_INFO"] else frozenset({"state"})
            ),
            variant=lambda environ: PART if "HTTP_HX_REQUEST_TYPE" in environ else (),
            vary="HX-Request-Type",
            mark=lambda body: body.replace(b"<p hidden>", b"<p>"),
            clock=self.clock,
        )

    def get(self, path: str = "/drops", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client(self.cache, use_cookies=False).get(path, headers=named)

    @contextmanager
    def crowd(self, size: int) -> Any:
        """`size` callers at once, all of whom found the page expired; let go at the end."""
        self.site.door.clear()
        with ThreadPoolExecutor(size) as pool:
            callers: list[Future[Any]] = [pool.submit(self.get) for _ in range(size)]
            assert self.site.begun.acquire(timeout=10)
            try:
                yield callers
            finally:
                self.site.door.set()


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_it_renders_once_for_everybody_within_a_second(shop: Shop) -> None:
    answers = [shop.get(), shop.get(), shop.get(Cookie="session=bens")]
    assert shop.site.renderings == 1
    assert len({answer.data for answer in answers}) == 1


def test_it_renders_again_when_the_second_is_over(shop: Shop) -> None:
    shop.get()
    shop.site.title, shop.clock.now = "second", shop.clock.now + 1.0
    assert b"second" in shop.get().data


def test_the_renderer_is_not_told_who_asks(shop: Shop) -> None:
    signed_in = shop.get(Cookie="session=bens", Authorization="Bearer bens", Accept_Language="de")
    shop.clock.now += 1
    assert signed_in.data == shop.get().data
    assert b"bens" not in signed_in.data


def test_without_the_stripping_a_page_of_bens_would_reach_cleo(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecache, "anonymous", lambda environ, key: environ)
    shop.get(Cookie="session=bens")
    assert b"bens" in shop.get(Cookie="session=cleos").data


def test_what_is_private_passes_by(shop: Shop) -> None:
    answers = [shop.get("/private", Cookie=f"session={who}") for who in ("bens", "cleos")]
    assert [b"bens" in answer.data for answer in answers] == [True, False]
    assert shop.site.renderings == 2


def test_only_reading_is_answered_from_memory(shop: Shop) -> None:
    shop.get()
    assert b"POST" in Client(shop.cache).post("/drops").data


def test_a_head_has_the_headers_of_the_page_and_no_body(shop: Shop) -> None:
    head, page = Client(shop.cache).head("/drops"), shop.get()
    assert (head.data, head.headers["ETag"]) == (b"", page.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(page.data))


def test_pages_differ_by_host_path_part_and_the_parameters_they_know(shop: Shop) -> None:
    asked: list[tuple[str, dict[str, str]]] = [
        ("/drops", {}),
        ("/drops", {"Host": "other"}),
        ("/creators", {}),
        ("/drops", {"HX-Request-Type": "partial"}),
        ("/drops?state=live", {}),
    ]
    for path, headers in asked * 2:
        Client(shop.cache).get(path, headers=headers)
    assert shop.site.renderings == len(asked)


def test_unknown_parameters_are_neither_told_nor_kept_apart(shop: Shop) -> None:
    pages = {shop.get(f"/drops?state=live&utm={number}").data for number in range(20)}
    assert shop.site.renderings == len(pages) == 1
    assert b"utm" not in pages.pop()


def test_an_answer_that_sets_a_cookie_is_never_given_to_another(shop: Shop) -> None:
    shop.site.cookie = True
    shop.get()
    shop.site.cookie = False
    assert "Set-Cookie" not in shop.get().headers
    assert shop.site.renderings == 2


@pytest.mark.parametrize("status", [302, 404, 500])
def test_only_what_went_well_is_kept(shop: Shop, status: int) -> None:
    shop.site.status = status
    assert shop.get().status_code == status
    shop.site.status = 200
    assert shop.get().status_code == 200


def test_it_says_how_long_and_what_for_and_keeps_the_other_headers(shop: Shop) -> None:
    headers = shop.get().headers
    assert headers["Cache-Control"] == STEADY
    assert headers["Vary"] == "HX-Request-Type, Accept-Encoding"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"another", {}', "*"])
def test_a_page_somebody_has_already_is_not_sent_again(shop: Shop, form: str) -> None:
    etag = shop.get().headers["ETag"]
    answer = shop.get(If_None_Match=form.format(etag))
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert "Content-Length" not in answer.headers


def test_who_takes_gzip_gets_the_same_page_smaller(shop: Shop) -> None:
    plain, packed = shop.get(), shop.get(Accept_Encoding="gzip, br")
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert (packed.headers["Content-Encoding"], shop.site.renderings) == ("gzip", 1)
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert shop.get(If_None_Match=packed.headers["ETag"]).status_code == 304


def test_another_page_has_another_etag(shop: Shop) -> None:
    etag = shop.get().headers["ETag"]
    shop.site.title, shop.clock.now = "second", shop.clock.now + 1.0
    assert shop.get(If_None_Match=etag).status_code == 200


def test_a_page_ends_with_the_state_it_shows(shop: Shop) -> None:
    shop.site.fresh_for = 0.25
    shop.get()
    shop.site.title, shop.clock.now = "started", shop.clock.now + 0.25
    assert b"started" in shop.get().data


def test_no_cache_further_out_keeps_a_page_beyond_its_state(shop: Shop) -> None:
    """A gateway keeps it up to a second longer, and one more while it asks for the next."""
    shop.site.fresh_for = 3.5
    assert shop.get().headers["Cache-Control"] == STEADY
    shop.clock.now += 0.75
    assert shop.get().headers["Cache-Control"] == "public, no-cache"
    assert shop.site.renderings == 1


def test_fifty_who_find_it_expired_wait_for_one_rendering(shop: Shop) -> None:
    shop.get()
    shop.clock.now += 1
    with shop.crowd(50) as callers:
        shop.site.title = "second"
    assert {caller.result().status_code for caller in callers} == {200}
    assert shop.site.renderings == 2


def test_without_single_flight_each_of_them_renders(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(cache: PageCache, key: Any, environ: Any) -> Any:
        return cache._render(pagecache.anonymous(environ, key))

    monkeypatch.setattr(PageCache, "_fetch", fetch)
    with shop.crowd(50):
        pass
    assert shop.site.renderings == 50


def test_a_crash_of_the_renderer_releases_the_waiting(shop: Shop) -> None:
    shop.site.crash = True
    with shop.crowd(8) as callers:
        pass
    assert {type(caller.exception()) for caller in callers} == {RuntimeError}
    shop.site.crash = False
    assert shop.get().status_code == 200


def test_while_the_database_is_away_the_last_good_page_is_shown_and_says_so(shop: Shop) -> None:
    good = shop.get()
    shop.site.status, shop.clock.now = 503, shop.clock.now + 60
    answer = shop.get()
    assert answer.headers["Warning"] == '110 - "Response is Stale"'
    assert answer.data.startswith(b"<p>old</p>first")
    assert answer.headers["ETag"] != good.headers["ETag"]


def test_the_last_good_page_is_not_shown_forever(shop: Shop) -> None:
    shop.get()
    shop.site.status, shop.clock.now = 503, shop.clock.now + 299
    assert shop.get().status_code == 200
    shop.clock.now += 2
    assert shop.get().status_code == 503


def test_the_page_is_itself_again_when_the_database_is_back(shop: Shop) -> None:
    shop.get()
    shop.site.status, shop.clock.now = 503, shop.clock.now + 60
    shop.get()
    shop.site.status, shop.clock.now = 200, shop.clock.now + 1
    assert "Warning" not in shop.get().headers


def test_when_rendering_hangs_everybody_gets_the_last_good_page(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecache, "PATIENCE", 0.05)
    shop.get()
    shop.clock.now += 1
    with shop.crowd(8) as callers:
        assert all("Warning" in caller.result().headers for caller in callers)
    assert shop.site.renderings == 2
    until(lambda: not shop.cache._flights)
    assert "Warning" not in shop.get().headers


def test_a_rendering_that_never_ends_does_not_keep_the_page_old_for_ever(shop: Shop) -> None:
    shop.get()
    shop.clock.now += 1
    with shop.crowd(1):
        shut, shop.site.door, shop.site.title = shop.site.door, Event(), "second"
        shop.site.door.set()
        shop.clock.now += pagecache.LONGEST + 1
        assert b"second" in shop.get().data
        shut.set()
    assert b"second" in shop.get().data


def test_nobody_waits_without_an_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "LONGEST", 0.05)
    with shop.crowd(2) as callers:
        answers = [caller.result() for caller in callers]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].headers["Retry-After"] == "1"


def test_memory_is_bounded(shop: Shop) -> None:
    shop.get("/drop/00")
    (first,) = shop.cache._pages.values()
    shop.cache.capacity = 3 * first.size
    for number in range(20):
        shop.get(f"/drop/{number:02}")
    assert len(shop.cache._pages) <= 3
    assert shop.cache._size == sum(page.size for page in shop.cache._pages.values())
