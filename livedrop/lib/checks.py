"""Collect everything that is wrong with what somebody sent, in words to stand beside each field."""

from livedrop.lib.errors import Invalid

REASON_LENGTH = 500  # characters


class Checks:
    """`errors` fills up as values are looked at; `done` refuses all of them at once."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def text(self, name: str, value: str, *, most: int, least: int = 0) -> str:
        """The text without surrounding space; its length is counted in characters."""
        value = value.strip()
        if not value and least:
            self.refuse(name, "This is needed.")
        elif len(value) < least:
            self.refuse(name, f"At least {least} characters, please.")
        elif len(value) > most:
            self.refuse(name, f"At most {most} characters, please: this is {len(value)}.")
        elif not _storable(value):
            self.refuse(name, "This contains characters that cannot be kept.")
        return value

    def number(self, name: str, value: int, *, least: int, most: int) -> int:
        if not least <= value <= most:
            self.refuse(name, f"A number from {least} to {most:,}, please.")
        return value

    def refuse(self, name: str, words: str) -> None:
        """The first reason beside a field stays."""
        self.errors.setdefault(name, words)

    def done(self) -> None:
        """Raise `Invalid` with all that was refused, if anything was."""
        if self.errors:
            raise Invalid(**self.errors)


def reason_given(reason: str) -> str:
    """Why somebody does something to what is somebody else's. Raises `Invalid` without a reason,
    and beyond `REASON_LENGTH`."""
    checks = Checks()
    reason = checks.text("reason", reason, least=1, most=REASON_LENGTH)
    checks.done()
    return reason


def _storable(value: str) -> bool:
    """Postgres keeps neither NUL nor halves of characters, and control characters mean no good."""
    return not any(
        (char < " " and char not in "\t\n\r") or "\ud800" <= char <= "\udfff" for char in value
    )
