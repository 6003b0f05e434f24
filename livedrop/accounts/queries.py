"""Who somebody is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from livedrop.accounts.models import SignIn, User
from livedrop.extensions import db

LONGEST = timedelta(days=30)  # a sign-in lasts; placing asks the same (`orders/batch.py`)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person as one of their sign-ins knows them."""

    sign_in_id: UUID
    user_id: int
    handle: str
    display_name: str
    time_zone: str  # IANA name
    admin: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    user_id: int
    password_hash: str


def signed_in(user_id: int, sign_in_id: UUID) -> SignedIn | None:
    """The person of this sign-in, unless it has ended or is thirty days old."""
    question = (
        select(
            SignIn.id,
            User.id,
            User.handle,
            User.display_name,
            User.time_zone,
            User.admin_since.is_not(None),
            User.suspended_at.is_not(None),
        )
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.id == sign_in_id, SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .where(SignIn.created_at > func.clock_timestamp() - LONGEST)
    )
    row = db.session.execute(question).one_or_none()
    return SignedIn(*row) if row else None


def standing(sign_in_ids: Collection[UUID]) -> set[UUID]:
    """Which of these sign-ins have neither ended nor aged, and whose people are not suspended."""
    question = (
        select(SignIn.id)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.id.in_(sign_in_ids), SignIn.ended_at.is_(None))
        .where(SignIn.created_at > func.clock_timestamp() - LONGEST, User.suspended_at.is_(None))
    )
    return set(db.session.scalars(question))


def credentials(email: str) -> Credentials | None:
    """What a password is compared with; addresses are the same in any case."""
    question = select(User.id, User.password_hash)
    row = db.session.execute(question.where(func.lower(User.email) == email.lower())).one_or_none()
    return Credentials(*row) if row else None


def id_by_email(email: str) -> int | None:
    known = credentials(email)
    return known.user_id if known else None


def last_delivery(user_id: int) -> dict[str, str]:
    """Where this person's last order went, as `User.delivery` has it; empty at first."""
    return db.session.scalar(select(User.delivery).where(User.id == user_id)) or {}


@dataclass(frozen=True, slots=True)
class AddressState:
    """A person's e-mail address, and whether news may go there."""

    email: str
    confirmed: bool
    bounced: bool


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A person as they see themselves."""

    id: int
    handle: str
    display_name: str
    email: str
    confirmed: bool
    suspended: bool


def own_card(user_id: int) -> OwnCard:
    """This person, who is there."""
    question = select(
        User.id,
        User.handle,
        User.display_name,
        User.email,
        User.confirmed_at.is_not(None),
        User.suspended_at.is_not(None),
    )
    return OwnCard(*db.session.execute(question.where(User.id == user_id)).one())


def address_state(user_id: int) -> AddressState:
    question = select(User.email, User.confirmed_at.is_not(None), User.bounced_at.is_not(None))
    return AddressState(*db.session.execute(question.where(User.id == user_id)).one())
