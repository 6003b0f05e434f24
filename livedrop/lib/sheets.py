"""Tables as CSV that spreadsheets open as they are, and that runs nothing in them.

UTF-8 with a byte order mark, commas, CRLF. A cell that a spreadsheet would take for a formula
gets an apostrophe before it, and so does one that begins with an apostrophe: `read` takes one away
from either, so that what was written is read again, whatever it is. The same goes for what follows
a semicolon or a tab within a cell, where spreadsheets of other countries would begin another.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
QUOTED = (*FORMULAS, "'")
_ANOTHER = rf"([;\t] *){{}}(?=[{re.escape(''.join(QUOTED))}])"
BEGINS, QUOTED_WITHIN = re.compile(_ANOTHER.format("")), re.compile(_ANOTHER.format("'"))
DELIMITERS = ",;\t"  # as spreadsheets of different countries save them

Row = Sequence[str | int]


def write(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the file, ready to be sent one after the other."""
    line = io.StringIO()
    writer = csv.writer(line)
    yield BOM
    for row in rows:
        writer.writerow([_harmless(str(cell)) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def read(content: bytes) -> list[list[str]]:
    """The rows of a file as it was saved, whichever of the usual delimiters it has.

    Raises `ValueError` for what is not UTF-8 text, or no table.
    """
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError("not a table") from error
    return [[_plain(cell) for cell in row] for row in rows]


def _harmless(cell: str) -> str:
    cell = BEGINS.sub(r"\1'", cell)
    return f"'{cell}" if cell.startswith(QUOTED) else cell


def _plain(cell: str) -> str:
    cell = cell[1:] if cell.startswith("'") and cell[1:].startswith(QUOTED) else cell
    return QUOTED_WITHIN.sub(r"\1", cell)
