"""What an account may be called and how it may be locked."""

import re
import unicodedata
from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email

from livedrop.accounts.guessable import is_guessable
from livedrop.lib.errors import Invalid
from livedrop.lib.passwords import LONGEST, SHORTEST

HANDLE = re.compile(r"[a-z0-9][a-z0-9_]{1,29}")
LONGEST_NAME = 60  # characters


class Taken(Invalid):
    """Somebody has this address or handle already."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(**{field: words})
        self.code, self.status = f"{field}-taken", 409


def check_new(*, email: str, handle: str, display_name: str, password: str) -> None:
    """Raise `Invalid` with words for every field that cannot be accepted."""
    errors = {
        "email": _wrong_email(email),
        "handle": _wrong_handle(handle),
        "display_name": _wrong_name(display_name),
        "password": _wrong_password(password, known_of(email, handle, display_name)),
    }
    if wrong := {name: words for name, words in errors.items() if words}:
        raise Invalid(**wrong)


def check_name(name: str) -> None:
    """Raise `Invalid` unless somebody can be called so."""
    if words := _wrong_name(name):
        raise Invalid(display_name=words)


def check_email(email: str) -> None:
    """Raise `Invalid` for what is no address."""
    if words := _wrong_email(email):
        raise Invalid(email=words)


def check_password(password: str, about: Collection[str]) -> None:
    """Raise `Invalid` for what cannot be a password, being what it is or what is known `about`
    its person."""
    if words := _wrong_password(password, about):
        raise Invalid(password=words)


def known_of(email: str, handle: str, display_name: str) -> list[str]:
    """What whoever guesses at a person's password tries first."""
    return [email, email.partition("@")[0], handle, display_name]


def _wrong_email(email: str) -> str | None:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return "This is not an e-mail address, such as name@example.com."
    return None


def _wrong_handle(handle: str) -> str | None:
    if HANDLE.fullmatch(handle):
        return None
    return (
        "A handle has 2 to 30 letters a-z, digits and underscores, and begins with no underscore."
    )


def _wrong_name(name: str) -> str | None:
    if not name:
        return "What shall we call you?"
    if len(name) > LONGEST_NAME:
        return f"At most {LONGEST_NAME} characters, please."
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in name):
        return "A name is one line of ordinary characters."
    return None


def _wrong_password(password: str, about: Collection[str]) -> str | None:
    """Its length, and that it is not tried first: rules of composition make passwords worse (NIST
    SP 800-63B)."""
    if len(password) < SHORTEST:
        return f"At least {SHORTEST} characters, please; 15 or more are better."
    if len(password) > LONGEST:
        return f"At most {LONGEST} characters, please."
    if "\0" in password or any("\ud800" <= char <= "\udfff" for char in password):
        return "This contains characters that cannot be typed again."
    if is_guessable(password, about):
        return "Many have used this one, or it is easily guessed: it is tried first. Take another."
    return None
