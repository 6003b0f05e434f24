"""A browser without a screen: it fetches pages, fills in forms, and checks everything it sees.

Whatever a test looks at passes `tests/house_rules.py` first, so a page that breaks the house's
rules fails the test that happened to fetch it.
"""

import contextvars
import re
from collections.abc import Iterator
from functools import cached_property
from secrets import token_hex
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HOME = "https://livedrop.test"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": HOME}


class Browser(FlaskClient):
    """Flask's client as a browser on HTTPS would behave, each request in a context of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", HOME)
        headers = {"Sec-Fetch-Site": "same-origin"} | dict(kwargs.pop("headers", None) or {})
        kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
        # Flask would run the request in the test's own application context and leave there,
        # for the next request, who signed in and what was read.
        return contextvars.Context().run(super().open, *args, **kwargs)

    def carry(self, user_id: int, sign_in_id: UUID) -> None:
        """Hold the cookie of this sign-in, as if its form had been sent."""
        with self.session_transaction(base_url=HOME) as session:
            session["_user_id"] = f"{user_id}.{sign_in_id}"
            session["csrf_token"] = token_hex(20)


class Page:
    """What a person does: go somewhere, read, fill in and send. `client` is for all else."""

    def __init__(self, app: Flask) -> None:
        self.client: Browser = app.test_client()

    def get(self, url: str, status: int = 200, **headers: str | None) -> "Seen":
        """Open a page, following redirects as browsers do."""
        return self._seen(
            self.client.get(url, headers=_named(headers), follow_redirects=True), status
        )

    def fragment(self, url: str, status: int = 200, **headers: str | None) -> "Seen":
        """Fetch what htmx would fetch."""
        return self._seen(self.client.get(url, headers=HTMX | _named(headers)), status)

    def post(self, url: str, status: int = 200, *, htmx: bool = False, **fields: Any) -> "Seen":
        """Send fields; a redirect is followed unless `status` says that it is awaited."""
        follow = not 300 <= status < 400
        headers = HTMX if htmx else {}
        answer = self.client.post(url, data=fields, headers=headers, follow_redirects=follow)
        return self._seen(answer, status)

    def _seen(self, answer: TestResponse, status: int) -> "Seen":
        seen = Seen(self, answer)
        assert seen.status == status, f"{seen.status} instead of {status}: {seen.text[:500]}"
        seen.check()
        return seen


class Seen:
    """A fetched page or fragment: what it says and which of its forms can be sent."""

    def __init__(self, page: Page, answer: TestResponse) -> None:
        self.page = page
        self.answer = answer
        self.status = answer.status_code
        self.headers = answer.headers
        self.url = answer.request.path
        self.html = answer.get_data(as_text=True)

    def check(self) -> None:
        from tests import house_rules  # it knows this module

        house_rules.check(self)

    @property
    def is_page(self) -> bool:
        """Whether this is a whole document rather than a fragment of one."""
        return self.html.lstrip()[:9].lower() == "<!doctype"

    @cached_property
    def parser(self) -> html5lib.HTMLParser:
        return html5lib.HTMLParser(namespaceHTMLElements=False)

    @cached_property
    def tree(self) -> Element:
        parse = self.parser.parse if self.is_page else self.parser.parseFragment
        return parse(self.html)

    @cached_property
    def parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.tree.iter() for child in parent}

    @property
    def title(self) -> str:
        return words(self.one("title"))

    @property
    def h1(self) -> str:
        return words(self.one("h1"))

    @property
    def text(self) -> str:
        """All words a person can read."""
        body = self.tree.find("body") if self.is_page else self.tree
        return words(body if body is not None else self.tree)

    @property
    def location(self) -> str | None:
        """Where a redirect leads, the redirect of htmx included."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect")

    def all(self, selector: str) -> list[Element]:
        """Elements by a selector of tags, #ids, .classes, [attributes] and descendants."""
        first, *parts = selector.split()
        found = [element for element in self.tree.iter() if matches(element, first)]
        for part in parts:
            inside = (element for root in found for element in root.iter() if element is not root)
            found = [element for element in dict.fromkeys(inside) if matches(element, part)]
        return found

    def one(self, selector: str) -> Element:
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} of {selector} in {self.url}: {self.html[:2000]}"
        return found[0]

    def has(self, selector: str) -> bool:
        return bool(self.all(selector))

    def texts(self, selector: str) -> list[str]:
        return [words(element) for element in self.all(selector)]

    def value(self, name: str) -> str | None:
        """What stands in the only field of this name."""
        return dict(_fields(self.one("form"))).get(name)

    def submit(
        self, form: str = "form", status: int = 200, *, htmx: bool = False, **fields: Any
    ) -> "Seen":
        """Fill in the form that `form` selects and send it, its other fields as they stand."""
        element = self.one(form)
        filled = dict(_fields(element)) | {name: str(value) for name, value in fields.items()}
        action = element.get("action", "")
        if element.get("method", "get").lower() == "get":
            return self.page._seen(self.page.client.get(action, query_string=filled), status)
        return self.page.post(action, status, htmx=htmx, **filled)


def words(element: Element) -> str:
    """The text of an element as it reads, without doubled spaces."""
    return " ".join("".join(element.itertext()).split())


def matches(element: Element, compound: str) -> bool:
    """Whether an element fits one selector without combinators, such as `a.more[href]`."""
    if not isinstance(element.tag, str):
        return False  # a comment
    tag, rest = re.fullmatch(r"([\w-]*)(.*)", compound).groups()
    if tag and element.tag != tag:
        return False
    for kind, name, value in re.findall(r"([#.\[])([\w:-]+)(?:=([^\]]*))?\]?", rest):
        if kind == "#" and element.get("id") != name:
            return False
        if kind == "." and name not in element.get("class", "").split():
            return False
        if kind == "[" and (name not in element.attrib or value not in ("", element.get(name))):
            return False
    return True


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    """What a browser would send of a form that nobody has touched."""
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or "disabled" in field.attrib:
            continue
        if field.tag == "textarea":
            yield name, "".join(field.itertext()).removeprefix("\n")
        elif field.tag == "select":
            options = field.findall(".//option")
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            yield from ((name, option.get("value", words(option))) for option in chosen)
        elif kind in {"checkbox", "radio"}:
            if "checked" in field.attrib:
                yield name, field.get("value", "on")
        elif field.tag == "input" and kind not in {"submit", "button", "image", "reset"}:
            yield name, field.get("value", "")


def _named(headers: dict[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
