"""The handbook of the API: a page of the house, made from the OpenAPI document on the server.

Ready-made renderers need scripts and inline styles, which no page here may have.
"""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.lib.errors import NotFound
from livedrop.web.api.document import whole
from livedrop.web.api.problems import API, CODES, words_of
from livedrop.web.public import public
from livedrop.web.words import Words

handbook = Blueprint("handbook", __name__)


@handbook.get("/api/docs")
@public()
def show() -> ResponseReturnValue:
    """What holds for all calls, and which there are."""
    document = whole()
    return render_template(
        "handbook/show.html", document=document, base=API, groups=_groups(document)
    )


@handbook.get("/api/docs/<part>")
@public()
def chapter(part: str) -> ResponseReturnValue:
    """The calls about one thing; or all shapes, or all problems."""
    document = whole()
    if part == "shapes":
        return render_template("handbook/shapes.html", schemas=_schemas(document))
    if part == "problems":
        return render_template("handbook/problems.html", problems=_problems())
    calls = _groups(document).get(part.capitalize())
    if calls is None or part != part.lower():
        raise NotFound
    return render_template("handbook/calls.html", group=part.capitalize(), calls=calls, kind=kind)


def _problems() -> list[tuple[str, int, Words]]:
    return [
        (code, status, words_of(code, status)) for status, codes in CODES.items() for code in codes
    ]


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Calls by what they are about, in the order of the document."""
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = {"path": path, "method": method.upper(), **operation}
            groups[operation["tags"][0]].append(call)
    return groups


def _schemas(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Each shape's fields: name, type in words, and what is said of it."""
    return {
        name: [
            {
                "name": field,
                "kind": kind(schema),
                "needed": field in shape.get("required", ()),
                "words": schema.get("description", ""),
            }
            for field, schema in shape.get("properties", {}).items()
        ]
        for name, shape in document["components"]["schemas"].items()
    }


def kind(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words: `string`, `integer from 1 to 100`, `list of Line`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"“{value}”" for value in schema["enum"])
    if "const" in schema:
        return f"“{schema['const']}”"
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    words = str(schema.get("format") or schema.get("type", "anything"))
    if "minimum" in schema and "maximum" in schema:
        words += f" from {schema['minimum']} to {schema['maximum']:,}"
    if "maxLength" in schema:
        words += f", at most {schema['maxLength']:,} characters"
    return words
