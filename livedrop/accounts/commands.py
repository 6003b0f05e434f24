"""Accounts are opened, entered, left, given other keys and addresses, suspended and restored."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from livedrop.accounts import queries, rules, steps
from livedrop.accounts.confirmation import LASTS, Claim
from livedrop.accounts.events import (
    AddressChangeAsked,
    AddressChanged,
    AddressConfirmed,
    AdminAppointed,
    AdminDismissed,
    ConfirmationAsked,
    ImpersonationBegun,
    ImpersonationEnded,
    PasswordChanged,
    PasswordReset,
    PasswordResetAsked,
    PasswordResetWritten,
    SignInProved,
    SignInRefused,
    SignInsEnded,
    UserRenamed,
    UserRestored,
    UserSignedIn,
    UserSignedOut,
    UserSignedUp,
    UserSuspended,
)
from livedrop.accounts.models import User
from livedrop.lib import passwords
from livedrop.lib.checks import reason_given
from livedrop.lib.db import Check, Tx, demand, transaction
from livedrop.lib.errors import DomainError, Invalid, NotFound
from livedrop.outbox.record import record

KEPT = timedelta(days=7)  # addresses that people had or wanted: longer than links and mails take
CHUNK = 1000  # of them, forgotten in one transaction
NOBODY = 0  # the id of no person
NOT_YOURS = "This is not your password."


def sign_up(
    *, email: str, handle: str, display_name: str, password: str, flags: Sequence[str] = ()
) -> int:
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
            record(tx, UserSignedUp(id=user.id, actor_id=user.id, flags=tuple(flags)))
            return user.id
    except IntegrityError as error:
        raise _taken(error) from error


def sign_in(*, email: str, password: str, device: str = "") -> tuple[int, UUID]:
    """Begin a sign-in on this device; the user's id and the sign-in's.

    Records UserSignedIn; a password hashed with weaker settings than today's is hashed anew.
    Records SignInRefused and raises `Invalid`, in the same words and after the same work whether
    the address or the password is wrong.
    """
    known = queries.credentials(email.strip()[:320])
    if not _matches(known, password):
        _note_refused(known.user_id if known else NOBODY)
        raise _wrong_credentials()
    assert known
    renewed = (
        passwords.hash_password(password) if passwords.is_outdated(known.password_hash) else None
    )
    with transaction() as tx:
        if renewed:
            same = steps.replace_hash(tx, known.user_id, old=known.password_hash, new=renewed)
        else:
            same = steps.still(tx, known.user_id, known.password_hash)
        if not same:
            raise _wrong_credentials()
        sign_in_id = steps.begin_sign_in(tx, known.user_id, device)
        record(tx, UserSignedIn(id=known.user_id, actor_id=known.user_id))
    return known.user_id, sign_in_id


def sign_out(*, sign_in_id: UUID) -> None:
    """End a sign-in for good. Records UserSignedOut; a second time does nothing."""
    with transaction() as tx:
        user_id = steps.end_sign_in(tx, sign_in_id)
        if user_id is not None:
            record(tx, UserSignedOut(id=user_id, actor_id=user_id))


def rename(*, user_id: int, display_name: str, still: Check | None = None) -> None:
    """Call the person so from now on. Records UserRenamed. Raises `Invalid`."""
    display_name = display_name.strip()
    rules.check_name(display_name)
    with transaction() as tx:
        demand(tx, still, User, user_id)
        steps.rename(tx, user_id, display_name)
        record(tx, UserRenamed(id=user_id, actor_id=user_id))


def end_sign_in(*, user_id: int, name: str) -> None:
    """End the one of a person's own sign-ins that has this name. Records SignInsEnded, once.

    Raises `NotFound` for anybody else's, and for one that has ended.
    """
    with transaction() as tx:
        if steps.end_one(tx, user_id, name) is None:
            raise NotFound
        record(tx, SignInsEnded(id=user_id, actor_id=user_id, count=1))


def end_other_sign_ins(*, user_id: int, but: UUID) -> int:
    """End all of a person's own sign-ins `but` the one they ask from; how many.

    Records SignInsEnded if there was any.
    """
    with transaction() as tx:
        count = steps.end_others(tx, user_id, but)
        if count:
            record(tx, SignInsEnded(id=user_id, actor_id=user_id, count=count))
        return count


def end_sign_ins(*, user_id: int, reason: str, by: int | None = None) -> int:
    """End all sign-ins of a person; how many. A change of address that was asked for is over, too.

    Records SignInsEnded if there was any. `by` is None when the operator does it. Raises `Invalid`
    without a reason.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        return _end_all(tx, user_id, by, reason)


def _end_all(tx: Tx, user_id: int, by: int | None, reason: str) -> int:
    count = steps.end_others(tx, user_id)
    steps.forget_wanted(tx, user_id)
    if count:
        record(tx, SignInsEnded(id=user_id, actor_id=by, count=count, reason=reason))
    return count


def note_seen(*, sign_in_id: UUID) -> None:
    """It is in use: fourteen days of rest begin anew. No event: everybody's every hour."""
    with transaction() as tx:
        steps.see(tx, sign_in_id)


def prove(*, user_id: int, sign_in_id: UUID, password: str, device: str = "") -> UUID:
    """Begin a sign-in in the place of this one, which ends: a new one may change what matters, for
    some minutes. Its id; a copy of the old cookie may not. Records SignInProved.

    Raises `Invalid` unless this is the person's password.
    """
    known = queries.credentials_of(user_id)
    if not _matches(known, password):
        _note_refused(user_id)
        raise Invalid(password=NOT_YOURS)
    with transaction() as tx:
        if not steps.still(tx, user_id, known.password_hash):
            raise Invalid(password=NOT_YOURS)
        steps.end_sign_in(tx, sign_in_id)
        record(tx, SignInProved(id=user_id, actor_id=user_id))
        return steps.begin_sign_in(tx, user_id, device)


def change_password(*, user_id: int, current: str, password: str, device: str = "") -> UUID:
    """Give a person who knows the current one another password, and end all their sign-ins; the
    id of the one they go on with.

    Records PasswordChanged. Raises `Invalid` for a wrong one and for one that cannot be accepted.
    """
    known = queries.credentials_of(user_id)
    if not _matches(known, current):
        _note_refused(user_id)
        raise Invalid(current=NOT_YOURS)
    rules.check_password(password, queries.known_of(user_id))
    chosen = passwords.hash_password(password)
    with transaction() as tx:
        if not steps.still(tx, user_id, known.password_hash):
            raise Invalid(current=NOT_YOURS)
        steps.set_hash(tx, user_id, chosen)
        steps.end_others(tx, user_id)
        record(tx, PasswordChanged(id=user_id, actor_id=user_id))
        return steps.begin_sign_in(tx, user_id, device)


def ask_reset(*, email: str) -> None:
    """Let whoever reads mail at this address choose a new password. Records PasswordResetAsked.

    The same work is done, and the same is answered, when nobody has this address.
    """
    user_id = queries.id_by_email(email.strip()[:320])
    with transaction() as tx:
        record(tx, PasswordResetAsked(id=user_id or NOBODY))


def write_reset(*, user_id: int) -> str:
    """The token for a mail that is about to be sent. Records PasswordResetWritten."""
    with transaction() as tx:
        record(tx, PasswordResetWritten(id=user_id))
        return steps.open_reset(tx, user_id)


def reset_password(*, token: str, password: str) -> str:
    """Give whoever was mailed this token the password they chose; their address.

    Ends all their sign-ins, and every other mail of the kind. Records PasswordReset. Raises
    `reset-expired` for a token that is half an hour old or was used, `Invalid` for a password
    that cannot be accepted: the token stays good then.
    """
    theirs = queries.open_reset(token)
    if theirs is None:  # before work is done for just anybody
        raise _reset_expired()
    rules.check_password(password, queries.known_of(theirs))
    chosen = passwords.hash_password(password)
    with transaction() as tx:
        user_id = steps.spend_reset(tx, token)
        if user_id is None:
            raise _reset_expired()
        steps.set_hash(tx, user_id, chosen)
        steps.end_others(tx, user_id)
        record(tx, PasswordReset(id=user_id, actor_id=user_id))
    return queries.address_state(user_id).email


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


def ask_address(*, user_id: int, email: str) -> None:
    """Write to the address a person wants to have instead of theirs, which stays until they press
    in that mail. Records AddressChangeAsked. Raises `Invalid` for what is none, and for theirs.

    Says nothing of who else may have it.
    """
    email = email.strip()
    rules.check_email(email)
    if email.lower() == queries.address_state(user_id).email.lower():
        raise Invalid(email="This is your address already.")
    with transaction() as tx:
        steps.ask_address(tx, user_id, email)
        record(tx, AddressChangeAsked(id=user_id, actor_id=user_id))


def change_address(*, claim: Claim) -> None:
    """Let the person have the address that this claim came from; it is confirmed by that. They are
    told at the one they had, whatever is asked for next.

    Records AddressChanged, once. Raises `link-expired` three days after the mail was written and
    when they asked for another one since, `Taken` when somebody else has it by now.
    """
    try:
        with transaction() as tx:
            old = tx.clock() >= claim.issued_at + LASTS
            left = None if old else steps.change_address(tx, claim.user_id, claim.email)
            if left is not None:
                event = record(tx, AddressChanged(id=claim.user_id, actor_id=claim.user_id))
                steps.leave_address(tx, event, claim.user_id, left)
            elif not steps.is_confirmed(tx, claim.user_id, claim.email):
                raise DomainError("link-expired", 410)
    except IntegrityError as error:
        raise _taken(error) from error


def purge_addresses() -> int:
    """Forget addresses that people had or wanted to have, once all mails there were sent and no
    link in them opens anything; some at a time, how many."""
    with transaction() as tx:
        return steps.forget_addresses(tx, KEPT, CHUNK)


def suspend(*, user_id: int, reason: str, by: int | None = None) -> None:
    """Leave a person nothing but reading, from now on. Records UserSuspended, once.

    `by` is None when the operator does it. Processes that remember a sign-in notice within
    seconds. Raises `Invalid` without a reason, `not-yourself`.
    """
    reason = reason_given(reason)
    _refuse_oneself(user_id, by)
    with transaction() as tx:
        if steps.suspend(tx, user_id):
            record(tx, UserSuspended(id=user_id, actor_id=by, reason=reason))


def restore(*, user_id: int, reason: str, by: int | None = None) -> None:
    """Undo a suspension. Records UserRestored, once. Raises `Invalid` without a reason."""
    reason = reason_given(reason)
    with transaction() as tx:
        if steps.restore(tx, user_id):
            record(tx, UserRestored(id=user_id, actor_id=by, reason=reason))


def appoint(*, user_id: int, reason: str, by: int | None = None) -> None:
    """Let a person look after the house. Records AdminAppointed, once; `by` as in `suspend`.

    Their sign-ins end: what somebody took from a shopper opens no back office. Raises `Invalid`
    without a reason, `is-suspended`.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        if steps.appoint(tx, user_id):
            record(tx, AdminAppointed(id=user_id, actor_id=by, reason=reason))
            _end_all(tx, user_id, by, reason)


def dismiss(*, user_id: int, reason: str, by: int | None = None) -> None:
    """Let a person look after the house no more; processes notice as with `suspend`. Records
    AdminDismissed, once. Their sign-ins end.

    Raises `Invalid` without a reason, `not-yourself`: so one always stays.
    """
    reason = reason_given(reason)
    _refuse_oneself(user_id, by)
    with transaction() as tx:
        if steps.dismiss(tx, user_id):
            record(tx, AdminDismissed(id=user_id, actor_id=by, reason=reason))
            _end_all(tx, user_id, by, reason)


def impersonate(*, user_id: int, reason: str, by: int, sign_in_id: UUID) -> UUID:
    """Let an admin see the shop as this person does, in this sign-in of theirs, for
    `queries.LOOKS`; by which name. Records ImpersonationBegun: who it was, and as whom.

    Raises `Invalid` without a reason, `not-an-admin` if they are none or that person is one.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        look_id = steps.begin_look(tx, by, sign_in_id, user_id)
        if look_id is None:
            raise DomainError("not-an-admin")
        minutes = int(queries.LOOKS.total_seconds() // 60)
        record(tx, ImpersonationBegun(id=user_id, actor_id=by, reason=reason, minutes=minutes))
        return look_id


def end_impersonation(*, look_id: UUID, by: int) -> None:
    """Let them see it as themself again. Records ImpersonationEnded, once."""
    with transaction() as tx:
        user_id = steps.end_look(tx, look_id, by)
        if user_id is not None:
            record(tx, ImpersonationEnded(id=user_id, actor_id=by))


def _refuse_oneself(user_id: int, by: int | None) -> None:
    if user_id == by:
        raise DomainError("not-yourself")


def _matches(known: queries.Credentials | None, password: str) -> bool:
    """Whether this is the password; the same work when nobody is known."""
    password = password[: passwords.LONGEST + 1]  # nobody has a longer one: not worth hashing
    return passwords.matches(known.password_hash if known else None, password)


def _note_refused(user_id: int) -> None:
    with transaction() as tx:
        record(tx, SignInRefused(id=user_id))


def _wrong_credentials() -> Invalid:
    return Invalid(credentials="This address and this password do not belong together.")


def _reset_expired() -> DomainError:
    return DomainError("reset-expired", 410)


def _taken(error: IntegrityError) -> Exception:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint == "uq_users_email":
        return rules.Taken("email", "There is an account with this address. Sign in instead?")
    if constraint == "uq_users_handle":
        return rules.Taken("handle", "Somebody has this handle already.")
    return error
