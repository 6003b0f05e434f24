"""Accounts are opened, entered, left, suspended and restored."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from livedrop.accounts import queries, rules, steps
from livedrop.accounts.confirmation import LASTS, Claim
from livedrop.accounts.events import (
    AddressConfirmed,
    ConfirmationAsked,
    UserRenamed,
    UserRestored,
    UserSignedIn,
    UserSignedOut,
    UserSignedUp,
    UserSuspended,
)
from livedrop.accounts.models import User
from livedrop.lib import passwords
from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError, Invalid
from livedrop.outbox.record import record


def sign_up(*, email: str, handle: str, display_name: str, password: str) -> int:
    """Open an account; its user's id.

    Records UserSignedUp. Raises `Invalid` for what cannot be accepted, `Taken` when somebody has
    the address or the handle.
    """
    email, handle, display_name = email.strip(), handle.strip().lower(), display_name.strip()
    rules.check_new(email=email, handle=handle, display_name=display_name, password=password)
    user = User(
        email=email,
        handle=handle,
        display_name=display_name,
        password_hash=passwords.hash_password(password),
    )
    try:
        with transaction() as tx:
            tx.add(user)
            tx.session.flush()
            record(tx, UserSignedUp(id=user.id, actor_id=user.id))
            return user.id
    except IntegrityError as error:
        raise _taken(error) from error


def sign_in(*, email: str, password: str) -> tuple[int, UUID]:
    """Begin a sign-in; the user's id and the sign-in's.

    Records UserSignedIn; a password hashed with weaker settings than today's is hashed anew.
    Raises `Invalid`, in the same words and after the same work whether the address or the
    password is wrong.
    """
    known = queries.credentials(email.strip()[:320])
    password = password[: passwords.LONGEST + 1]  # nobody has a longer one: not worth hashing
    matches = passwords.matches(known.password_hash if known else None, password)
    if not known or not matches:
        raise Invalid(credentials="This address and this password do not belong together.")
    renewed = (
        passwords.hash_password(password) if passwords.is_outdated(known.password_hash) else None
    )
    with transaction() as tx:
        if renewed:
            steps.replace_hash(tx, known.user_id, old=known.password_hash, new=renewed)
        sign_in_id = steps.begin_sign_in(tx, known.user_id)
        record(tx, UserSignedIn(id=known.user_id, actor_id=known.user_id))
    return known.user_id, sign_in_id


def sign_out(*, sign_in_id: UUID) -> None:
    """End a sign-in for good. Records UserSignedOut; a second time does nothing."""
    with transaction() as tx:
        user_id = steps.end_sign_in(tx, sign_in_id)
        if user_id is not None:
            record(tx, UserSignedOut(id=user_id, actor_id=user_id))


def rename(*, user_id: int, display_name: str) -> None:
    """Call the person so from now on. Records UserRenamed. Raises `Invalid`."""
    display_name = display_name.strip()
    rules.check_name(display_name)
    with transaction() as tx:
        steps.rename(tx, user_id, display_name)
        record(tx, UserRenamed(id=user_id, actor_id=user_id))


def ask_confirmation(*, user_id: int) -> None:
    """Let the person have another mail to confirm their address with. Records ConfirmationAsked."""
    with transaction() as tx:
        record(tx, ConfirmationAsked(id=user_id, actor_id=user_id))


def confirm_address(*, claim: Claim) -> None:
    """From now on news go to this address. Records AddressConfirmed, once.

    Raises `link-expired` three days after the mail was written, and when the person has another
    address by now or theirs bounced since.
    """
    with transaction() as tx:
        confirmed = tx.clock() < claim.issued_at + LASTS and steps.confirm(
            tx, claim.user_id, claim.email, claim.issued_at
        )
        if confirmed:
            record(tx, AddressConfirmed(id=claim.user_id, actor_id=claim.user_id))
        elif not steps.is_confirmed(tx, claim.user_id, claim.email):
            raise DomainError("link-expired", 410)


def suspend(*, user_id: int, reason: str, by: int | None = None) -> None:
    """Leave a person nothing but reading, from now on. Records UserSuspended, once.

    `by` is None when the operator does it. Processes that remember a sign-in notice within
    seconds.
    """
    with transaction() as tx:
        if steps.suspend(tx, user_id):
            record(tx, UserSuspended(id=user_id, actor_id=by, reason=reason))


def restore(*, user_id: int, by: int | None = None) -> None:
    """Undo a suspension. Records UserRestored, once."""
    with transaction() as tx:
        if steps.restore(tx, user_id):
            record(tx, UserRestored(id=user_id, actor_id=by))


def _taken(error: IntegrityError) -> Exception:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint == "uq_users_email":
        return rules.Taken("email", "There is an account with this address. Sign in instead?")
    if constraint == "uq_users_handle":
        return rules.Taken("handle", "Somebody has this handle already.")
    return error
