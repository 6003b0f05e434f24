"""What a drop offers as a table: written for a spreadsheet, and read from one again. Pure.

A row is a variant. Its product is named by its title: one's own of that title, or else a new one,
which is told by the story of the first row that names it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from livedrop.drops.rules import (
    MOST_SKUS,
    MOST_UNITS,
    SKU_NAME_LENGTH,
    STORY_LENGTH,
    TITLE_LENGTH,
    SkuDraft,
)
from livedrop.lib import money, sheets
from livedrop.lib.checks import Checks
from livedrop.lib.errors import Invalid
from livedrop.lib.sheets import Row

HEAD = ("Product", "Variant", "Price", "Units", "Story")
NEEDED = HEAD[:4]
EXAMPLE = ("Harbour at dusk", "Large", "45.00", "20", "Printed by hand, signed on the back.")


@dataclass(frozen=True, slots=True)
class Offered:
    """A row, once it is understood."""

    product: str
    name: str
    price: int  # minor units of the drop's currency
    quantity: int
    story: str = ""

    def draft(self, product_id: int) -> SkuDraft:
        return SkuDraft(
            name=self.name, price=self.price, quantity=self.quantity, product_id=product_id
        )


def table(offered: Iterable[Offered], currency: str) -> Iterator[Row]:
    yield HEAD
    for one in offered:
        price = money.Money(one.price, currency).decimal
        yield (one.product, one.name, price, one.quantity, one.story)


def read(content: bytes, currency: str) -> list[Offered]:
    """What a saved table offers, all of it or nothing.

    Raises `Invalid`: what is wrong with a row is said of it by its number in the spreadsheet, as
    `row-3`, in words that name the column.
    """
    try:
        head, *rows = [row for row in sheets.read(content) if any(cell.strip() for cell in row)]
    except ValueError:
        raise Invalid(file="This is not a table. Save it as CSV, in UTF-8.") from None
    columns = {name.strip().casefold(): number for number, name in enumerate(head)}
    if missing := [name for name in NEEDED if name.casefold() not in columns]:
        raise Invalid(file=f"The first row has no {' and no '.join(missing)}: see the template.")
    if not rows:
        raise Invalid(file="There is nothing below the first row.")
    if len(rows) > MOST_SKUS:
        raise Invalid(file=f"At most {MOST_SKUS} variants in one drop, please: {len(rows)} here.")
    wrong: dict[str, str] = {}
    offered = [_read_row(row, columns, currency, number, wrong) for number, row in _numbered(rows)]
    _refuse_twins(offered, wrong)
    if wrong:
        raise Invalid(**dict(sorted(wrong.items(), key=lambda one: int(one[0].partition("-")[2]))))
    return offered


def _numbered(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    return enumerate(rows, 2)  # the first is the head


def _read_row(
    row: Sequence[str],
    columns: Mapping[str, int],
    currency: str,
    number: int,
    wrong: dict[str, str],
) -> Offered:
    def cell(name: str) -> str:
        at = columns.get(name.casefold(), len(row))
        return row[at] if at < len(row) else ""

    checks = Checks()
    offered = Offered(
        product=checks.text("Product", cell("Product"), least=1, most=TITLE_LENGTH),
        name=checks.text("Variant", cell("Variant"), least=1, most=SKU_NAME_LENGTH),
        price=_price(checks, cell("Price"), currency),
        quantity=_units(checks, cell("Units")),
        story=checks.text("Story", cell("Story"), most=STORY_LENGTH),
    )
    if checks.errors:
        words = " ".join(f"{name}: {words}" for name, words in checks.errors.items())
        wrong[f"row-{number}"] = f"Row {number}. {words}"
    return offered


def _price(checks: Checks, text: str, currency: str) -> int:
    try:
        return money.parse_minor_units(text, currency)
    except ValueError:
        checks.refuse("Price", "A price such as 45.00, please.")
        return 0


def _units(checks: Checks, text: str) -> int:
    try:
        units = int(text) if text.strip().isascii() else -1
    except ValueError:
        units = -1
    return checks.number("Units", units, least=1, most=MOST_UNITS)


def _refuse_twins(offered: Sequence[Offered], wrong: dict[str, str]) -> None:
    """Nobody could tell two variants of one product apart by the same name."""
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(offered, 2):
        if (twin := (one.product, one.name.casefold())) in seen:
            wrong.setdefault(
                f"row-{number}", f"Row {number}. There is a variant of this name already."
            )
        seen.add(twin)
