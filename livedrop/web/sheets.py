"""Tables that are downloaded."""

from collections.abc import Iterable

from flask import Response

from livedrop.lib import sheets
from livedrop.lib.sheets import Row


def download(name: str, rows: Iterable[Row]) -> Response:
    """A CSV file of this name, which is ours: letters, digits and hyphens."""
    body = "".join(sheets.write(rows))
    disposition = f'attachment; filename="{name}.csv"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(body, headers=headers, mimetype="text/csv")
