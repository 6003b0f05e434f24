"""Passwords that are tried first: those that leaked most often, and what anybody knows of a person.

The list comes with a package and is read offline: no password leaves this process to be looked up.
"""

from collections.abc import Collection
from functools import cache

from livedrop.lib.passwords import SHORTEST

OURS = "livedrop"


def is_guessable(password: str, about: Collection[str]) -> bool:
    """Whether it is among the thirty thousand that leaked most, in whatever case, or nothing but
    what is known: the shop's name or one of the words `about` the person, however often."""
    plain = password.casefold()
    words = [OURS, *(word.casefold() for word in about if word)]
    return plain in _leaked() or any(not plain.replace(word, "") for word in words)


@cache
def _leaked() -> frozenset[str]:
    """Read when the first password is chosen: it takes a tenth of a second and some memory."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST)
