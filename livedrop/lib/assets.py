"""Static files under addresses that change with their content, so that they are kept for ever.

The version is one hash over all of them and stands in the path: modules and pictures that refer
to each other relatively stay within one version. Style sheets are sent as one.
"""

from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, send_from_directory

FOREVER = "public, max-age=31536000, immutable"
FIRST = ("layers.css", "tokens.css")  # what the others build on; those follow by name


class Assets:
    """The files below `folder`, as they were at the start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.styles = self._styles()
        self.version = self._version()

    def url(self, path: str) -> str:
        return f"/static/{self.version}/{path}"

    def serve(self, version: str, path: str) -> Response:
        """The file. Asked for by another version's address (a page from before or after a
        deployment) it is sent, but not kept."""
        if path == "app.css":
            response = Response(self.styles, mimetype="text/css")
        else:
            response = send_from_directory(self.folder, path)
        known = version == self.version
        response.headers["Cache-Control"] = FOREVER if known else "no-cache"
        return response

    def _styles(self) -> bytes:
        def place(sheet: Path) -> tuple[int, str]:
            return FIRST.index(sheet.name) if sheet.name in FIRST else len(FIRST), sheet.name

        sheets = sorted((self.folder / "css").glob("*.css"), key=place)
        return b"\n".join(sheet.read_bytes() for sheet in sheets)

    def _version(self) -> str:
        digest = blake2b(digest_size=8)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(self.folder).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()


def init_app(app: Flask, folder: Path) -> None:
    """Serve what is below `folder`; templates write `asset('js/main.js')`."""
    assets = Assets(folder)
    app.add_url_rule("/static/<version>/<path:path>", "static", assets.serve)
    app.jinja_env.globals["asset"] = assets.url
