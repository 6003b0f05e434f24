"""Where browsers say what the policy of a page of ours made them refuse.

Every page names this address. What comes here is counted and logged without a word on who sent it:
the directive, the origin of what was refused, and the route of the page, for its address may hold a
secret. Anybody can send anything, so nothing else is done about it.
"""

import logging
import re
from urllib.parse import urlsplit

from flask import Blueprint, current_app, request
from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError
from werkzeug.exceptions import BadRequest, HTTPException

from livedrop.lib.http import caller
from livedrop.lib.metrics import Tally
from livedrop.lib.ratelimit import Bucket
from livedrop.lib.security import REPORTS, guarded_otherwise

log = logging.getLogger(__name__)
reports = Blueprint("reports", __name__)

LONGEST = 16 * 1024  # bytes
MOST = 10  # of one request
SENT = Bucket("policy reports from an address", "10/minute")
HEARD = Bucket("policy reports", "300/minute")  # or a crowd would flood the log
REFUSED = Tally("livedrop_policy_reports", "What browsers refused of our pages.", ("directive",))

DIRECTIVES = {
    f"{name}-src{part}"
    for name in ("default", "script", "style", "img", "font", "connect", "media", "object", "frame")
    for part in ("", "-elem", "-attr")
} | {"base-uri", "form-action", "frame-ancestors", "manifest-src", "worker-src", "child-src"}
KEYWORD = re.compile(r"[a-z-]{1,20}")  # inline, eval, data
ORIGIN = re.compile(r"[a-z+.-]{1,20}://[A-Za-z0-9.-]{0,100}")


class Refusal(BaseModel):
    """What was refused, in the words of either kind of report."""

    directive: str = Field(
        "", validation_alias=AliasChoices("effectiveDirective", "effective-directive")
    )
    blocked: str = Field("", validation_alias=AliasChoices("blockedURL", "blocked-uri"))
    page: str = Field("", validation_alias=AliasChoices("documentURL", "document-uri"))


class Report(BaseModel):
    """Of the Reporting API, which sends many at once."""

    body: Refusal
    type: str


class Older(BaseModel):
    """Of browsers that only know `report-uri`, one at a time."""

    body: Refusal = Field(validation_alias="csp-report")
    type: str = "csp-violation"


SENDABLE: TypeAdapter[list[Report] | Older] = TypeAdapter(list[Report] | Older)


@reports.post(REPORTS)
@guarded_otherwise("changes nothing: it is counted and logged")
def create() -> tuple[str, int]:
    SENT.spend(caller())
    HEARD.spend()
    for refusal in _sent()[:MOST]:
        _note(refusal)
    return "", 204


def _sent() -> list[Refusal]:
    request.max_content_length = LONGEST
    try:
        sent = SENDABLE.validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise BadRequest from error
    several = sent if isinstance(sent, list) else [sent]
    return [one.body for one in several if one.type == "csp-violation"]


def _note(refusal: Refusal) -> None:
    directive = refusal.directive if refusal.directive in DIRECTIVES else "other"
    REFUSED.note(directive)
    page = _route(refusal.page)
    log.warning("a browser refused: %s of %s at %s", directive, _origin(refusal.blocked), page)


def _origin(blocked: str) -> str:
    """Of an address only where it leads; of anything else only a keyword."""
    if KEYWORD.fullmatch(blocked):
        return blocked
    found = ORIGIN.match(blocked)
    return found[0] if found else "something"


def _route(page: str) -> str:
    """The name of the route at this address; it says which page it was, and not whose."""
    try:
        path = urlsplit(page).path
        endpoint, _ = current_app.url_map.bind(request.host).match(path, method="GET")
    except (HTTPException, ValueError):
        return "nowhere of ours"
    return str(endpoint)
