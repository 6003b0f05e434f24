"""What is too much is refused before it is read (S51)."""

import io
import json

import pytest

from livedrop.lib.security import SAFE
from livedrop.web.api.operations import Wish
from tests import factories
from tests.page import HOME, Page
from tests.web.routes import ELSEWHERE, ROWS
from tests.web.test_matrix import Cast, methods, token

MEGABYTE = 1_000_000
MOST = 256 * 1024


class Counted(io.BytesIO):
    """A body that knows how much of it was read."""

    counted = 0

    def read(self, size=-1):
        chunk = super().read(size)
        self.counted += len(chunk)
        return chunk

    def readinto(self, buffer):
        count = super().readinto(buffer)
        self.counted += count
        return count


def sent_much(app, endless):
    """How much of a megabyte each route that changes something reads, and what it answers."""
    cast, found = Cast(app), {}
    for endpoint, method in methods(app).items():
        if method in SAFE or endpoint in ELSEWHERE:
            continue
        person = cast.people["ada" if endpoint.startswith("studio") else "ben"]
        page = Page(app)
        page.client.carry(person.id, factories.a_sign_in(person.user).id)
        body = Counted(b"x=" + b"y" * MEGABYTE)
        kind = "application/json" if endpoint.startswith("api.") else FORM
        answer = page.client.open(
            ROWS[endpoint].path.format(**cast.theirs.names),
            method=method,
            headers={"X-CSRFToken": token(page.client, app)},
            input_stream=body,
            content_type=kind,
            content_length=None if endless else MEGABYTE + 2,
            environ_overrides={"wsgi.input_terminated": True} if endless else {},
        )
        found[endpoint] = (body.counted, answer.status_code)
    return found


FORM = "application/x-www-form-urlencoded"


def test_of_a_megabyte_that_is_announced_nothing_is_read(make_app, app):
    found = sent_much(make_app(load_test=True), endless=False)
    assert len(found) > 50
    assert {endpoint: read for endpoint, (read, _) in found.items() if read} == {}


def test_of_what_is_not_announced_no_more_is_read_than_may_be(make_app, app):
    found = sent_much(make_app(load_test=True), endless=True)
    assert {endpoint: read for endpoint, (read, _) in found.items() if read > MOST + 65536} == {}
    assert all(status < 500 for _, status in found.values())


def test_without_a_limit_all_of_it_would_be(make_app, app):
    """The control of those above."""
    other = make_app(load_test=True)
    other.config.update(MAX_CONTENT_LENGTH=None, MAX_FORM_MEMORY_SIZE=None)
    assert sent_much(other, endless=False)["sign_ins.create"][0] > MEGABYTE


def test_a_form_has_no_more_parts_than_any_of_ours(page):
    fields = {f"field{n}": "x" for n in range(201)}
    answer = page.client.post("/sign-in", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


DEEP = ["[" * 100_000, '{"a":' * 40_000]


def nested_at(app, nested):
    return (
        Page(app)
        .client.post("/api/v1/tokens", data=nested, content_type="application/json", base_url=HOME)
        .status_code
    )


@pytest.mark.parametrize("nested", DEEP)
def test_what_is_nested_too_deeply_is_no_json(app, nested):
    assert nested_at(app, nested) == 400


@pytest.mark.parametrize("nested", DEEP)
def test_a_reader_that_does_not_look_how_deep_would_crash(make_app, monkeypatch, nested):
    """The control of the test above: the standard library's."""
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(Wish, "model_validate_json", json.loads)
    assert nested_at(app, nested) == 500
