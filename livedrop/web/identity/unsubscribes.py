"""No more mails of a kind, by one press: a mail program's (RFC 8058) or a person's own.

Neither is signed in. The link itself is the permission, and opening it changes nothing.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.deliveries import commands, unsubscribe
from livedrop.lib.security import guarded_otherwise

unsubscribes = Blueprint("unsubscribes", __name__)


@unsubscribes.get("/unsubscribe/<word>")
def new(word: str) -> ResponseReturnValue:
    wish = unsubscribe.read(word)
    return render_template("identity/unsubscribes/new.html", group=wish.group, word=word)


@unsubscribes.post("/unsubscribe/<word>")
@guarded_otherwise("signed by us for this one purpose")
def create(word: str) -> ResponseReturnValue:
    """Mail programs look at the status alone; whoever asks twice gets the same answer."""
    wish = unsubscribe.read(word)
    commands.stop(wish=wish)
    return render_template("identity/unsubscribes/done.html", group=wish.group)
