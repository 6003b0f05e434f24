"""Tables that are downloaded.

However long one is, a process holds some lines of it at a time, and no connection to the database
while whoever asked takes those. One that breaks off is seen to be broken: its end is never said.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from flask import Flask, Response, current_app

from livedrop.lib import sheets
from livedrop.lib.sheets import Row

BLOCK = 500  # lines


def download(name: str, rows: Iterable[Row]) -> Response:
    """A CSV file of this name, which is ours: letters, digits and hyphens.

    `rows` may ask the database and nothing of the request: all but the first are read after it.
    """
    lines = sheets.write(rows)
    first = "".join(islice(lines, BLOCK))  # now, so that a no is still an answer
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    disposition = f'attachment; filename="{name}.csv"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(chain([first], _rest(app, lines)), headers=headers, mimetype="text/csv")


def _rest(app: Flask, lines: Iterator[str]) -> Iterator[str]:
    while True:
        with app.app_context():  # with a session of its own, which ends here
            some = "".join(islice(lines, BLOCK))
        if not some:
            return
        yield some
