"""What each call takes and answers: said once, by types, beside the view that does it.

From what is said here requests are read and answers written, and the OpenAPI document is made
(`document.py`). SpecTree keeps it together; how errors are told and answers are tagged is ours.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import Response, current_app, make_response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from spectree import Response as Responses
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin
from spectree.plugins.werkzeug_utils import werkzeug_parse_rule
from spectree.utils import cached_type_hints, get_multidict_items
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from livedrop.lib.db import Check
from livedrop.lib.errors import DomainError, Invalid
from livedrop.lib.security import guarded_otherwise
from livedrop.web.api import bearer
from livedrop.web.api.addresses import HANDLE, ID
from livedrop.web.api.problems import API, JSON, STATUS

# By the name of a converter in addresses.
PARAMETERS: dict[str, dict[str, Any]] = {
    "id": {"schema": {"type": "string", "pattern": ID}},
    "uuid": {"schema": {"type": "string", "format": "uuid"}},
    "handle": {"schema": {"type": "string", "pattern": HANDLE}},
}
MOST = 50  # mistakes that one answer tells
View = Callable[..., Any]


class Shape(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(frozen=True)

    @property
    def lasting(self) -> str:
        """All of it that is news when it changes."""
        return self.model_dump_json()


Item = TypeVar("Item", bound=Shape)


class List(Shape, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")

    @property
    def lasting(self) -> str:
        return "\n".join([*(item.lasting for item in self.items), str(self.next_cursor)])


class Wish(BaseModel):
    """Something that is sent: exactly these names, exactly these types."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Query(BaseModel):
    """What stands behind the question mark: these names, each once, all of them strings there."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Shape):
    """RFC 9457. `code` is what programs go by."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What is known of an operation beyond its types."""

    status: int
    no: tuple[str, ...]  # codes of problems
    needs: str  # "person": somebody signed in; "claim": whose batch will look; "": anybody
    key: str  # "needed", "taken" or "": what an Idempotency-Key means to it
    example: Mapping[str, Any] | None  # a body, with names of shell variables in it
    replaced: Mapping[str, str]  # shell variables in the place of parameters of the path
    parts: Mapping[str, str]  # of a form, and what each is; `file` is a file


class Answers(Responses):
    """The answers of a call, problems among them."""

    def __init__(self, call: Call, shape: type[Shape] | None) -> None:
        name = f"HTTP_{call.status}"
        super().__init__(*([] if shape else [name]), **({name: shape} if shape else {}))
        for code in call.no:
            self.add_model(STATUS[code], Problem)
        self.call = call

    def generate_spec(self, naming_strategy: Any = None) -> dict[str, Any]:
        said = super().generate_spec(naming_strategy)
        for status in [status for status in said if int(status) >= 400]:
            codes = [code for code in self.call.no if STATUS[code] == int(status)]
            one = said.pop(status)
            if codes:
                one["description"] = ", ".join(f"`{code}`" for code in codes)
                one["content"] = {JSON: one["content"]["application/json"]}
                said[status] = one
        return dict(sorted(said.items()))


class Door(FlaskPlugin):
    """Reads requests and writes answers as the house does, in the place of the library's way."""

    def validate(self, func: Callable[..., Any], *given: Any, **arguments: Any) -> Response:
        """Of all that the library knows of an operation its answers are enough; `arguments` are
        the parameters of the address."""
        answers = next(one for one in given if isinstance(one, Answers))
        bearer.check(answers.call.needs)
        hints = cached_type_hints(func)
        if "query" in hints:
            arguments["query"] = _read_query(hints["query"])
        if "json" in hints:
            arguments["json"] = _read_body(hints["json"])
        return _answer(func(**arguments), answers.call.status)

    def find_routes(self) -> Any:
        yield from current_app.url_map.iter_rules()

    def parse_path(
        self, route: Any, path_parameter_descriptions: Mapping[str, str] | None
    ) -> tuple[str, list[Any]]:
        """Parameters are what the converters in the address take."""
        parts = list(werkzeug_parse_rule(str(route)))
        parameters = [
            {"name": name, "in": "path", "required": True, **PARAMETERS[converter]}
            for converter, _, name in parts
            if converter
        ]
        path = "".join(f"{{{name}}}" if converter else name for converter, _, name in parts)
        return path.removeprefix(API), parameters


def plain(name: str) -> str:
    """The name of a shape in the document: `List[Drop]` is a DropList."""
    generic, _, item = re.sub(r"\W+", " ", name).strip().replace("_", " ").partition(" ")
    return f"{item}{generic}".replace(" ", "")


BEARER = SecurityScheme(
    name="bearer",
    data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", bearer_format="JWT"),
)
operations = SpecTree(
    backend=Door,
    mode="strict",
    title="LiveDrop",
    version="1",
    naming_strategy=lambda model: plain(model.__name__),
    nested_naming_strategy=lambda _, child: plain(child),
    validation_error_model=Problem,
    security_schemes=[BEARER],
)
calls: dict[str, Call] = {}  # by the name of the operation
ALWAYS = ("bad-request", "too-many-tries", "server-error", "unavailable")


def operation(
    shape: type[Shape] | None = None,
    status: int = 200,
    *,
    tag: str,
    no: Sequence[str] = (),
    needs: str = "person",
    key: str = "",
    example: Mapping[str, Any] | None = None,
    replaced: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> Callable[[View], Callable[..., Response]]:
    """Mark a view as a call that answers `shape` with `status`, or one of the problems in `no`.

    The view may take what was sent as `json` and `query`, and returns a shape, nothing, or a whole
    response. What every call may answer need not be said.
    """

    def mark(view: View) -> Callable[..., Response]:
        hints = cached_type_hints(view)
        codes = [*no, *ALWAYS, "not-signed-in", "invalid-token"]
        if "json" in hints:
            codes += ["too-large", "unsupported-media-type", "invalid"]
        if "query" in hints:
            codes += ["invalid"]
        call = Call(
            status, tuple(dict.fromkeys(codes)), needs, key, example, replaced or {}, parts or {}
        )
        name = f"{view.__module__.rpartition('.')[2]}.{view.__name__}"
        calls[name] = call
        security: list[dict[str, list[str]]] = [{"bearer": []}]
        marked: Callable[..., Response] = operations.validate(
            operation_id=name,
            resp=Answers(call, shape),
            tags=(tag,),
            security=security if needs else [{}, *security],
        )(view)
        return guarded_otherwise("a bearer token, which no browser sends by itself")(marked)

    return mark


def answered(shape: Shape, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """A shape as JSON."""
    return Response(shape.model_dump_json(), status, headers, mimetype="application/json")


def unless_changed(read: Callable[[], Shape]) -> Check | None:
    """Whether what was last read is still so, for who asks that of an edit by If-Match (412).

    Tags are compared weakly: they leave out only what changes by itself.
    """
    if "If-Match" not in request.headers:
        return None
    known = request.if_match

    def check() -> None:
        if not known.contains_weak(_tag_of(read())):
            raise DomainError("precondition-failed", 412)

    return check


def _read_query(model: type[Query]) -> Query:
    try:
        return model.model_validate(get_multidict_items(request.args, model))
    except ValidationError as error:
        raise Invalid(**_words(error)) from error


def _read_body(model: type[Wish]) -> Wish:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    body = request.get_data(cache=False)
    if rb"\u0000" in body:
        raise Invalid(body="This contains a character that cannot be kept.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_url=False)):
            raise BadRequest from error
        raise Invalid(**_words(error)) from error


def _words(error: ValidationError) -> dict[str, str]:
    """By field, as `lines.0.quantity`; of very many the first."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:MOST]
    return {".".join(map(str, one["loc"])) or "body": one["msg"] for one in found}


def _answer(said: Any, status: int) -> Response:
    if isinstance(said, Response):
        response = said
    elif isinstance(said, Shape):
        response = answered(said, status)
        if isinstance(said, List) and said.next_cursor:
            following = {**request.args, "cursor": said.next_cursor}
            address = f"{request.path}?{urlencode(following)}"
            response.headers["Link"] = f'<{address}>; rel="next"'
    else:
        response = make_response("", status)
        response.headers.pop("Content-Type", None)
    if request.method in {"GET", "HEAD"} and response.status_code == 200:
        _tag(response, said)
    elif request.method == "PATCH" and isinstance(said, Shape):
        response.set_etag(_tag_of(said), weak=True)
    return response


def _tag(response: Response, said: Any) -> None:
    """Let who asks again be told that nothing is different (304). Weak: some of it is fleeting."""
    response.set_etag(_tag_of(said if isinstance(said, Shape) else response), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    response.make_conditional(request)


def _tag_of(said: Shape | Response) -> str:
    lasting = said.lasting.encode() if isinstance(said, Shape) else said.get_data()
    return blake2b(lasting, digest_size=12).hexdigest()
