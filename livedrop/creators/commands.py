"""Become a creator; change the profile others see."""

from livedrop.accounts.steps import set_time_zone
from livedrop.creators import steps
from livedrop.creators.events import (
    CreatorJoined,
    CreatorVerified,
    ProfileEdited,
    VerificationWithdrawn,
)
from livedrop.creators.models import Creator
from livedrop.idempotency.guard import Once, done, keep
from livedrop.lib.checks import Checks, reason_given
from livedrop.lib.db import Check, demand, transaction
from livedrop.lib.zones import zone_names
from livedrop.media import steps as media
from livedrop.outbox.record import record

NAME_LENGTH = 60
BIO_LENGTH = 2000


def become_creator(
    *,
    user_id: int,
    display_name: str,
    bio: str = "",
    time_zone: str | None = None,
    once: Once[int] | None = None,
) -> int:
    """Give the person a profile under their handle; the creator's id is the person's.

    `time_zone` (None: as it is) is where they plan their drops. Records `CreatorJoined`. Raises
    `Invalid`, and `already-creator` for the second time, unless it is the same intention.
    """
    display_name, bio = _profile(display_name, bio, time_zone)
    with transaction() as tx:
        if done(tx, once):
            return user_id
        steps.add(tx, user_id, display_name, bio)
        if time_zone is not None:
            set_time_zone(tx, user_id, time_zone)
        record(tx, CreatorJoined(id=user_id, actor_id=user_id))
        keep(tx, once, user_id)
    return user_id


def edit_profile(
    *,
    creator_id: int,
    display_name: str,
    bio: str,
    time_zone: str | None = None,
    still: Check | None = None,
) -> None:
    """Change name, words and time zone (None: as it is); the handle stays.

    Records `ProfileEdited`. Raises `Invalid`.
    """
    display_name, bio = _profile(display_name, bio, time_zone)
    with transaction() as tx:
        demand(tx, still, Creator, creator_id)
        steps.change(tx, creator_id, display_name, bio)
        if time_zone is not None:
            set_time_zone(tx, creator_id, time_zone)
        record(tx, ProfileEdited(id=creator_id, actor_id=creator_id))


def verify(*, creator_id: int, reason: str, by: int | None = None) -> None:
    """Let everybody see that this creator is who they say. Records `CreatorVerified`, once.

    `by` is None when the operator does it. Raises `Invalid` without a reason.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        if steps.verify(tx, creator_id):
            record(tx, CreatorVerified(id=creator_id, actor_id=by, reason=reason))


def withdraw_verification(*, creator_id: int, reason: str, by: int | None = None) -> None:
    """Let nobody see so any more. Records `VerificationWithdrawn`, once; else as `verify`."""
    reason = reason_given(reason)
    with transaction() as tx:
        if steps.withdraw(tx, creator_id):
            record(tx, VerificationWithdrawn(id=creator_id, actor_id=by, reason=reason))


def show_picture(*, creator_id: int, asset_id: int) -> None:
    """Show this picture of the creator's own instead of the one before, as soon as it is ready.

    Records `ProfileEdited`. Raises `NotFound`.
    """
    with transaction() as tx:
        media.show_with_profile(tx, creator_id, asset_id)
        record(tx, ProfileEdited(id=creator_id, actor_id=creator_id))


def _profile(display_name: str, bio: str, time_zone: str | None) -> tuple[str, str]:
    checks = Checks()
    display_name = checks.text("display_name", display_name, least=1, most=NAME_LENGTH)
    bio = checks.text("bio", bio, most=BIO_LENGTH)
    if time_zone is not None and time_zone not in zone_names():
        checks.refuse("time_zone", "Choose a place from the list.")
    checks.done()
    return display_name, bio
