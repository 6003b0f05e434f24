"""Static files under addresses that change with their content, so that they are kept for ever.

The version is one hash over all of them and stands in the path: modules and pictures that refer
to each other relatively stay within one version. Style sheets are sent as one, and so are the
scripts that every page runs; our own scripts and styles without their comments, and everything
compressed that gets smaller by it.
"""

import gzip
import re
from dataclasses import dataclass
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path, PurePosixPath

from flask import Flask, Response, abort, request
from rjsmin import jsmin

from livedrop.lib.http import takes_gzip

FOREVER = "public, max-age=31536000, immutable"
MAIN = "js/main.js"
RUNS = re.compile(rb'^import "\./(.+\.js)";\n', re.MULTILINE)  # nothing of it is used by name
SHARES = re.compile(rb"^(import|export) ", re.MULTILINE)
SHEETS = {"app.css": "css", "desk.css": "css/desk"}
FIRST = ("layers.css", "tokens.css")  # what the others build on; those follow by name
TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}  # not known to every machine
COMPRESSED = {"text/css", "text/javascript", "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class File:
    """What is sent for one path."""

    mimetype: str
    body: bytes
    gzipped: bytes | None


class Assets:
    """The files below `folder`, as they were at the start."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        contents |= {name: _styles(contents, below) for name, below in SHEETS.items()}
        if MAIN in contents:
            contents[MAIN] = _scripts(contents)
        self.files = {path: _file(path, content) for path, content in contents.items()}
        self.version = _version({path: file.body for path, file in self.files.items()})

    def url(self, path: str) -> str:
        return f"/static/{self.version}/{path}"

    def serve(self, version: str, path: str) -> Response:
        """The file. Asked for by another version's address (a page from before or after a
        deployment) it is sent, but not kept."""
        file = self.files.get(path) or abort(404)
        response = Response(mimetype=file.mimetype)
        response.headers["Cache-Control"] = FOREVER if version == self.version else "no-cache"
        if file.gzipped:
            response.headers["Vary"] = "Accept-Encoding"
        if file.gzipped and takes_gzip(request.environ):
            response.headers["Content-Encoding"] = "gzip"
            response.data = file.gzipped
        else:
            response.data = file.body
        return response


def _version(contents: dict[str, bytes]) -> str:
    digest = blake2b(digest_size=8)
    for path, content in contents.items():
        digest.update(path.encode())
        digest.update(content)
    return digest.hexdigest()


def _styles(contents: dict[str, bytes], below: str) -> bytes:
    def place(path: str) -> tuple[int, str]:
        name = PurePosixPath(path).name
        return FIRST.index(name) if name in FIRST else len(FIRST), name

    sheets = [path for path in contents if PurePosixPath(path).parent == PurePosixPath(below)]
    return b"\n".join(contents[path] for path in sorted(sheets, key=place))


def _scripts(contents: dict[str, bytes]) -> bytes:
    """The main script, and in it those it only runs, each in a block so that names stay apart.
    Together they are a fifth smaller; those that share something with others are fetched."""

    def block(found: re.Match[bytes]) -> bytes:
        script = contents[f"js/{found[1].decode()}"]
        return found[0] if SHARES.search(script) else b"{\n%s}\n" % script

    return RUNS.sub(block, contents[MAIN])


def _file(path: str, content: bytes) -> File:
    if path.startswith("js/"):
        content = jsmin(content)
    elif path in SHEETS:
        content = _css(content)
    mimetype = TYPES.get(Path(path).suffix) or guess_type(path)[0] or "application/octet-stream"
    gzipped = gzip.compress(content, 9, mtime=0) if mimetype in COMPRESSED else None
    return File(mimetype, content, gzipped)


def _css(content: bytes) -> bytes:
    """Without comments and indentation. The rest stays: a minifier took `.field :is(input)`, inside
    a layer, for a property, left out its space, and so changed what it selects."""
    lines = re.sub(rb"/\*.*?\*/", b"", content, flags=re.DOTALL).splitlines()
    return b"\n".join(line.strip() for line in lines if line.strip())


def init_app(app: Flask, folder: Path) -> None:
    """Serve what is below `folder`; templates write `asset('js/main.js')`."""
    assets = Assets(folder)
    app.add_url_rule("/static/<version>/<path:path>", "static", assets.serve)
    app.jinja_env.globals["asset"] = assets.url
