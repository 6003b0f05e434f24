"""The OpenAPI document: what `operations.py` gathered, with what is the same for many calls."""

from copy import deepcopy
from functools import cache
from typing import Any

from flask import Blueprint, Response, jsonify

from livedrop.web.api.examples import curl
from livedrop.web.api.operations import Call, calls, operations
from livedrop.web.api.problems import API

document = Blueprint("document", __name__)

ABOUT = """\
Everything the pages can do, by JSON. Ids are strings, instants RFC 3339 in UTC, money is integer
minor units and a currency. Errors are problem details (RFC 9457) whose `code` is stable.
"""
HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "By which name the request is known here: yours, if it sent one.",
        "schema": {"type": "string"},
        "required": True,
    },
    "RateLimit-Policy": {
        "description": "How many calls (q) in how many seconds (w).",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "How many are left (r), for how many seconds (t).",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "Sent back as `If-None-Match`: 304 if nothing is different. With an edit,"
        " as `If-Match`: 412 if something is. Compared weakly; what changes by itself is left out.",
        "schema": {"type": "string"},
    },
    "Link": {"description": 'The next page, as rel="next".', "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WWW-Authenticate": {
        "description": "What to come with.",
        "schema": {"type": "string", "pattern": "^Bearer"},
        "required": True,
    },
    "Idempotent-Replayed": {
        "description": "`true`: it was done before, and this is the answer it was given then.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A name for this one intention. The same again gets the same answer, for 72 h.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
}


@document.get("/openapi.json")
def show() -> Response:
    response = jsonify(whole())
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@cache
def whole() -> dict[str, Any]:
    """The document; the same in every process of one release."""
    said: dict[str, Any] = deepcopy(operations.spec)
    said["info"]["description"] = ABOUT
    said["servers"] = [{"url": API}]
    said["components"]["headers"] = HEADERS
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation, calls[operation["operationId"]])
    return said


def _complete(path: str, method: str, operation: dict[str, Any], call: Call) -> None:
    """Say of a call what its types do not."""
    operation["description"] = " ".join(operation["description"].split())
    operation["x-codeSamples"] = [{"lang": "Shell", "source": curl(path, method, call)}]
    if call.key:
        operation["parameters"].append(KEY | {"required": call.key == "needed"})
    if call.parts:
        properties = {name: _part(name, words) for name, words in call.parts.items()}
        form = {"type": "object", "properties": properties, "required": list(properties)}
        content = {"multipart/form-data": {"schema": form}}
        operation["requestBody"] = {"required": True, "content": content}
    if method == "get":
        operation["responses"]["304"] = {"description": "Nothing is different."}
    for status, answer in operation["responses"].items():
        answer["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"}
            for name in _headers(method, int(status), call)
        }


def _part(name: str, words: str) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "string", "description": words}
    return said | ({"format": "binary"} if name == "file" else {"minLength": 1, "maxLength": 300})


def _headers(method: str, status: int, call: Call) -> list[str]:
    names = ["X-Request-Id", "RateLimit-Policy", "RateLimit"]
    if method == "get" and status in {200, 304}:
        names += ["ETag", "Link"]
    if method == "patch" and status == 200:
        names += ["ETag"]
    if status in {409, 429, 503}:
        names += ["Retry-After"]
    if status == 401:
        names += ["WWW-Authenticate"]
    if call.key and status == call.status:
        names += ["Idempotent-Replayed"]
    return names
