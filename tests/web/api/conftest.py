"""Apps of the cast: each signs in once and bears its token."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from livedrop.web.api import bearer
from tests import factories
from tests.cast import Person
from tests.page import HOME, Browser

ROOT = "/api/v1"


@dataclass
class App:
    """What somebody runs at home: it knows its token, keeps no cookies and checks what it gets."""

    client: Browser
    token: str | None = None

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        return self.ask("GET", path, status, **more)

    def post(self, path: str, content: Any = None, status: int = 201, **more: Any) -> Any:
        return self.ask("POST", path, status, content, **more)

    def put(self, path: str, content: Any = None, status: int = 204, **more: Any) -> Any:
        return self.ask("PUT", path, status, content, **more)

    def patch(self, path: str, content: Any, status: int = 200, **more: Any) -> Any:
        return self.ask("PATCH", path, status, content, **more)

    def delete(self, path: str, status: int = 204, **more: Any) -> Any:
        return self.ask("DELETE", path, status, **more)

    def ask(self, method: str, path: str, status: int, content: Any = None, **more: Any) -> Any:
        """What it says, as Python; of a problem, its code must be the one that is awaited."""
        code = more.pop("code", None)
        answer = self.send(method, path, content, **more)
        assert answer.status_code == status, f"{answer.status}: {answer.text}"
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
            assert code in {None, answer.json["code"]}, answer.text
        assert answer.headers["X-Request-Id"]
        return answer.json if answer.data else None

    def send(self, method: str, path: str, content: Any = None, **headers: str) -> TestResponse:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            said = {"Authorization": f"Bearer {self.token}"} | said
        body = {} if content is None else {"json": content}
        # An app is no browser, which would say where the request comes from.
        said = {"Sec-Fetch-Site": None} | said
        return self.client.open(ROOT + path, method=method, headers=said, base_url=HOME, **body)


@pytest.fixture
def visitor(app: Flask) -> App:
    """An app without a token."""
    return App(app.test_client(use_cookies=False))


@pytest.fixture
def runs(app: Flask) -> Callable[[Person], App]:
    """The app of somebody, with a sign-in of its own."""

    def run(person: Person, sign_in_id: UUID | None = None) -> App:
        sign_in_id = sign_in_id or factories.a_sign_in(person.user).id
        client = app.test_client(use_cookies=False)
        return App(client, bearer.access_token(person.id, sign_in_id))

    return run
