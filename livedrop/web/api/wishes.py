"""The parts of what is sent that several calls share."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

from livedrop.lib.money import EXPONENTS, LARGEST
from livedrop.web.api.addresses import ID
from livedrop.web.api.operations import Wish

INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
YEARS = range(2000, 2200)


def _instant(said: Any) -> datetime:
    """RFC 3339. Years that no drop will see are refused: in UTC they might be none at all."""
    if not isinstance(said, str) or not INSTANT.fullmatch(said):
        raise ValueError("an instant of RFC 3339, please, such as 2027-05-31T18:00:00Z")
    instant = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", said.upper()))
    if instant.year not in YEARS:
        raise ValueError(f"a year from {YEARS[0]} to {YEARS[-1]}, please")
    return instant


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Id = Annotated[str, Field(pattern=ID)]


def one_of(words: Collection[str]) -> tuple[AfterValidator, WithJsonSchema]:
    """The annotations of a string that is one of these."""

    def check(said: str) -> str:
        if said not in words:
            raise ValueError(f"one of {', '.join(words)}, please")
        return said

    return AfterValidator(check), WithJsonSchema({"type": "string", "enum": list(words)})


Currency = Annotated[str, *one_of(EXPONENTS)]


class Price(Wish):
    """Integer minor units of a currency: 4500 and EUR are 45 euros."""

    amount: int = Field(ge=0, le=LARGEST)
    currency: Currency
