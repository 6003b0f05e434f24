"""What the framework alone can do under the same server: the denominators of the ratios.

An application of its own, with nothing of LiveDrop in it.
"""

from functools import cache

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

app = Flask(__name__)


@app.get("/hello/<int:size>")
def hello(size: int) -> str:
    """A body of `size` bytes."""
    return _body(size)


@app.post("/drops/<slug>/orders")
def post(slug: str) -> Response:
    """Read an order's form and send the browser on, as fast as can be."""
    sku_id, quantity, key = (request.form[name] for name in ("sku", "quantity", "key"))
    return redirect(f"/orders/{slug}-{int(sku_id)}-{int(quantity)}-{key}", 303)


@cache
def _body(size: int) -> str:
    return ("hello " * (size // 6 + 1))[:size]
