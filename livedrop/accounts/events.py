"""What happens to accounts. Never a sign-in's id: whoever holds it is that person."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class UserEvent(Event):
    about: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True, slots=True)
class UserSignedUp(UserEvent):
    """`flags` say what was odd about it (`web/identity/suspects.py`); nobody is refused by them."""

    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class UserSignedIn(UserEvent): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInRefused(UserEvent):
    """A wrong password was typed; about nobody (0) when nobody has the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UserSignedOut(UserEvent): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class UserSuspended(UserEvent):
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UserRestored(UserEvent):
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminAppointed(UserEvent):
    """They look after the house from now on."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpersonationBegun(UserEvent):
    """An admin looks at the shop as they see it, for so many minutes."""

    reason: str
    minutes: int


class ImpersonationEnded(UserEvent):
    """An admin looks at it as themself again; said only if it was before its time was over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminDismissed(UserEvent):
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UserRenamed(UserEvent): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmationAsked(UserEvent):
    """They want the mail with which they confirm their address once more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressConfirmed(UserEvent): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressBounced(UserEvent):
    """A mail server said that nobody has their address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInsEnded(UserEvent):
    """Some or all of their sign-ins, from another one of theirs or, with a reason, by somebody
    who looks after the house."""

    count: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInProved(UserEvent):
    """Whoever sits there typed the password once more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordChanged(UserEvent): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordResetAsked(UserEvent):
    """About nobody (0) when nobody has the address that was typed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordResetWritten(UserEvent):
    """A mail that lets its reader choose a new password."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordReset(UserEvent):
    """Changed by somebody who reads their mail."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressChangeAsked(UserEvent): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressChanged(UserEvent): ...
