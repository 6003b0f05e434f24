"""What is true of every page and fragment that LiveDrop sends."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.page import Seen, matches, words

LABELLED = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def check(seen: Seen) -> None:
    """Fail with everything that is wrong with it at once."""
    if seen.headers.get("Content-Type", "").startswith("text/html") and seen.html:
        broken = [rule for rules in RULES for rule in rules(seen)]
        assert not broken, f"{seen.url} breaks the house's rules: {'; '.join(broken)}\n{seen.html}"


def parses(seen: Seen) -> Iterator[str]:
    seen.tree  # noqa: B018  parsing finds the errors
    for (line, _), code, _ in seen.parser.errors:
        yield f"line {line}: {code}"


def has_a_title_and_one_heading(seen: Seen) -> Iterator[str]:
    if seen.is_page:
        if not seen.has("html[lang]"):
            yield "no language"
        if not any(seen.texts("title")):
            yield "no title"
        if len(seen.all("h1")) != 1:
            yield f"{len(seen.all('h1'))} h1"


def has_unique_ids(seen: Seen) -> Iterator[str]:
    ids = Counter(element.get("id") for element in elements(seen) if element.get("id"))
    yield from (f"id {name} is there {times} times" for name, times in ids.items() if times > 1)


def names_what_exists(seen: Seen) -> Iterator[str]:
    """Labels, descriptions and, on a page, what htmx puts answers into."""
    ids = {element.get("id") for element in elements(seen)}
    for element in elements(seen):
        named = " ".join(
            element.get(attribute, "")
            for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls")
        )
        yield from (f"no id {name}" for name in named.split() if name not in ids)
        for attribute, value in element.attrib.items():
            if attribute.split(":")[0] == "hx-target" and not target_exists(seen, element, value):
                yield f"hx-target {value} does not exist"


def target_exists(seen: Seen, element: Element, target: str) -> bool:
    word, _, rest = target.partition(" ")
    if word in {"this", "body", "next", "previous"}:
        return True
    if word == "closest":
        return any(matches(ancestor, rest) for ancestor in ancestors(seen, element))
    if word == "find":
        return any(matches(child, rest) for child in element.iter())
    return not seen.is_page or seen.has(target)


def has_forms_that_work_without_script(seen: Seen) -> Iterator[str]:
    for form in seen.all("form"):
        name = form.get("id") or form.get("action")
        method = form.get("method", "").lower()
        if not form.get("action"):
            yield f"form {name} has no action"
        if method not in {"get", "post"}:
            yield f"form {name} has the method '{method}'"
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token"]
        if method == "post" and not (len(tokens) == 1 and tokens[0].get("value")):
            yield f"form {name} has no token"
        if method == "get" and tokens:
            yield f"form {name} tells its token to the address bar"


def has_a_label_on_every_field(seen: Seen) -> Iterator[str]:
    labelled = {label.get("for") for label in seen.all("label")}
    for field in elements(seen):
        if field.tag in LABELLED and field.get("type") not in UNLABELLED:
            inside = any(parent.tag == "label" for parent in ancestors(seen, field))
            if not (inside or field.get("id") in labelled or field.get("aria-label")):
                yield f"field {field.get('name')} has no label"
        if field.tag in {"a", "button"} and not (words(field) or field.get("aria-label")):
            yield f"{field.tag} {field.get('href') or field.get('name')} has no words"


def has_nothing_inline(seen: Seen) -> Iterator[str]:
    for element in elements(seen):
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"inline {element.tag}"
        for attribute, value in element.attrib.items():
            if re.match(r"on|hx-on|style$", attribute):
                yield f"{attribute} on {element.tag}"
            if value.strip().lower().startswith(("javascript:", "js:")):
                yield f"script in {attribute}"
            if attribute.startswith("hx-trigger") and "[" in value:
                yield f"a filter in {attribute}"
            if attribute.split(":")[0] in {"hx-headers", "hx-vals", "hx-config"}:
                json.loads(value)


def has_only_what_is_ours(seen: Seen) -> Iterator[str]:
    for element in elements(seen):
        for attribute in ("src", "action", *(["href"] if element.tag == "link" else [])):
            value = element.get(attribute, "/")
            if not re.match(r"/(?!/)|data:image/", value):
                yield f"{element.tag} {attribute} leads to {value}"


def says_nothing_personal_when_cached(seen: Seen) -> Iterator[str]:
    if seen.headers.get("Cache-Control", "").startswith("public"):
        if seen.has("input[name=csrf_token]") or "X-CSRFToken" in seen.html:
            yield "a token on a page for everybody"
        if "Set-Cookie" in seen.headers:
            yield "a cookie with a page for everybody"


RULES = (
    parses,
    has_a_title_and_one_heading,
    has_unique_ids,
    names_what_exists,
    has_forms_that_work_without_script,
    has_a_label_on_every_field,
    has_nothing_inline,
    has_only_what_is_ours,
    says_nothing_personal_when_cached,
)


def elements(seen: Seen) -> Iterator[Element]:
    return (element for element in seen.tree.iter() if isinstance(element.tag, str))


def ancestors(seen: Seen, element: Element) -> Iterator[Element]:
    while (parent := seen.parents.get(element)) is not None:
        yield parent
        element = parent
