"""Money is integer minor units and a currency (ISO 4217). Never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal

EXPONENTS = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "JPY": 0}  # digits after the point
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF\u00a0", "JPY": "¥"}
# Only what a person types: `Decimal` would also read 1e999999999, and not survive it.
TYPED = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
LARGEST = 10_000_000_00  # minor units; also what keeps totals inside 64 bits


@dataclass(frozen=True, slots=True)
class Money:
    amount: int  # minor units
    currency: str

    def __str__(self) -> str:
        """As shown to people: `€45`, `€45.50`, `¥4,500`."""
        exponent = EXPONENTS[self.currency]
        value = Decimal(self.amount).scaleb(-exponent)
        whole = value == value.to_integral_value()
        text = f"{value:,.0f}" if whole else f"{value:,.{exponent}f}"
        return SYMBOLS[self.currency] + text

    @property
    def decimal(self) -> str:
        """As typed into a field: `45.00`."""
        exponent = EXPONENTS[self.currency]
        return f"{Decimal(self.amount).scaleb(-exponent):.{exponent}f}"


def parse_minor_units(text: str, currency: str) -> int:
    """Read a price as a person types it (`45`, `45.50`, `45,50`) into minor units.

    Raises `ValueError` for anything else, for too many digits and for amounts out of range. `1,500`
    has too many: it is fifteen hundred to one person and one and a half to another.
    """
    typed = text.strip().replace(",", ".")
    if not TYPED.fullmatch(typed):
        raise ValueError("not a price")
    if len(typed.partition(".")[2]) > EXPONENTS[currency]:
        raise ValueError("too many digits after the point")
    minor = Decimal(typed).scaleb(EXPONENTS[currency])
    if not 0 <= minor <= LARGEST:
        raise ValueError("out of range")
    return int(minor)
