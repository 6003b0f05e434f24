"""The mails this LiveDrop would have sent: in development only, where nobody gets any.

What a mail says is shown as a mail program would: nothing in it runs, loads or leads anywhere.
"""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.config import configuration
from livedrop.lib.errors import NotFound
from livedrop.lib.mailbox import Mail, Mailbox

mailbox = Blueprint("mailbox", __name__, url_prefix="/mailbox")

SHOWN = 100
# Links open a new tab, which is a page like any other.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@mailbox.get("")
def index() -> ResponseReturnValue:
    """The latest, of everybody or of one address: an announcement goes to a crowd."""
    to = request.args.get("to", "").strip()
    return render_template("mailbox/index.html", mails=_box().mails(to, SHOWN), to=to)


@mailbox.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    return render_template("mailbox/show.html", mail=_mail(name))


@mailbox.get("/<name>/html")
def html(name: str) -> Response:
    """The mail alone, for the frame in which it is shown."""
    page = _mail(name).html.replace("<head>", '<head><base target="_blank">', 1)
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _mail(name: str) -> Mail:
    mail = _box().mail(name)
    if mail is None:
        raise NotFound
    return mail


def _box() -> Mailbox:
    return Mailbox(configuration().mailbox)
