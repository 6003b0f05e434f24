"""What a person is told when the answer is no: a heading and what is true now or can be done."""

from math import ceil
from typing import NamedTuple


class Words(NamedTuple):
    heading: str
    body: str


# By code of a `DomainError`.
REFUSALS = {
    "not-found": Words("Nothing here", "There is no such page, or it is not yours to see."),
    "not-signed-in": Words("Please sign in", "This is only for you: say who you are first."),
    "suspended": Words("Your account is suspended", "You can go on reading, but nothing else."),
    "too-many-tries": Words("Too many tries", "Please wait a moment before you try again."),
    "bad-cursor": Words("This link is broken", "Begin again at the start of the list."),
    "forged": Words("This form is too old", "Go back, load the page again and send it once more."),
    "link-expired": Words(
        "This link is too old", "Sign in and ask for another mail in the settings of your account."
    ),
    "reset-expired": Words(
        "This link is too old", "It is good for half an hour, and once. Ask for another mail."
    ),
    "yourself": Words("That is you", "Nobody follows themself."),
    "not-an-admin": Words(
        "Not as them", "Nobody looks as somebody who looks after the house, or does not any more."
    ),
    "looking": Words(
        "You look as somebody else", "Nothing can be changed, and what is secret is not shown."
    ),
    "not-yourself": Words("That is you", "Somebody else has to do this, so that one of you stays."),
    "already-creator": Words("You are a creator", "Your studio is where it was."),
    "already-published": Words("It is published already", "Nothing was changed."),
    "frozen": Words(
        "That is frozen now",
        "What was published keeps its price, limit, window and variants, and what is live its times"
        " too.",
    ),
    "no-skus": Words("Nothing is offered yet", "Add a variant to the draft, then publish it."),
    "not-published": Words("It is still a draft", "Edit the draft instead."),
    "cannot-shrink": Words("Quantities only grow", "What was promised stays promised."),
    "ended": Words("This drop has ended", "Nothing in it changes any more."),
    "cancelled": Words("This drop was cancelled", "Nothing in it changes any more."),
    "not-refundable": Words(
        "It cannot be refunded now",
        "Only what is paid is refunded, and one refund of an order after the other.",
    ),
    "is-suspended": Words("They are suspended", "Restore them first."),
    "not-discardable": Words(
        "The audit trail leaves nothing out", "Have it tried again instead, as often as it takes."
    ),
    "quota-reached": Words(
        "No room for more pictures", "Remove some that you no longer need, then try again."
    ),
    "unavailable": Words(
        "One moment, please", "The shop is very busy. Nothing was changed: try again in a second."
    ),
    "outcome-unknown": Words(
        "We are not sure yet",
        "The answer was lost on its way. Sending the same form again tells what became of it,"
        " and does nothing twice.",
    ),
}

# By HTTP status, for what has no code or no words of its own.
STATUSES = {
    400: Words("That did not work", "The request could not be understood."),
    403: Words("Not allowed", "This is not for you."),
    404: REFUSALS["not-found"],
    405: Words("That did not work", "This address cannot be used in this way."),
    409: Words("That is not possible now", "Something has changed meanwhile: look again."),
    413: Words("That is too much", "What you sent is larger than we take: a picture has 8 MB."),
    415: Words("That did not work", "What you sent is not of a kind we take."),
    422: Words("That did not work", "Something in what you sent cannot be meant."),
    429: REFUSALS["too-many-tries"],
    500: Words("Something broke", "It is our fault, and we have been told. Please try again."),
    503: REFUSALS["unavailable"],
}


def words_for(code: str, status: int, wait: int | None = None) -> Words:
    """The most fitting words there are, and in how many seconds to come back if that is known."""
    words = REFUSALS.get(code) or STATUSES.get(status) or STATUSES[500 if status >= 500 else 400]
    if code == "too-many-tries" and wait:
        return words._replace(body=f"Please try again in {_duration(wait)}.")
    return words


def _duration(seconds: int) -> str:
    number, unit = (ceil(seconds / 60), "minute") if seconds > 90 else (seconds, "second")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
