"""What a browser keeps for when it cannot reach the shop: one page, and who hands it out.

The worker keeps that page and what it looks like, nothing else: no page of anybody's, and no drop,
whose numbers would be old.
"""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from livedrop.web.public import public

offline = Blueprint("offline", __name__)

LOOK_AGAIN = 3600  # seconds until a browser asks for the worker again


@offline.get("/offline")
@public()
def show() -> ResponseReturnValue:
    return render_template("errors/offline.html")


@offline.get("/sw.js")
def worker() -> Response:
    """The service worker, at the root because it sees only what lies beside and below it.

    Its bytes change with the static files, so a new version of those makes a new worker.
    """
    response = Response(render_template("offline/sw.js"), mimetype="text/javascript")
    response.headers["Cache-Control"] = f"public, max-age={LOOK_AGAIN}"
    return response
