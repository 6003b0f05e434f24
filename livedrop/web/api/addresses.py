"""What stands in the API's addresses: ids, which are strings to whoever reads them, and handles.

Whatever cannot be one leads nowhere (404), and never reaches a statement.
"""

from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter

ID = "^[1-9][0-9]{0,17}$"
HANDLE = "^[a-z0-9][a-z0-9_]{1,29}$"


class IdConverter(BaseConverter):
    """A number of a row, which fits into 64 bits."""

    regex = ID.strip("^$")

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class HandleConverter(BaseConverter):
    regex = HANDLE.strip("^$")


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"id": IdConverter, "handle": HandleConverter}
