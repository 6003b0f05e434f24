"""Become a creator; change the profile others see."""

from livedrop.creators import steps
from livedrop.creators.events import CreatorJoined, ProfileEdited
from livedrop.lib.checks import Checks
from livedrop.lib.db import transaction
from livedrop.outbox.record import record

NAME_LENGTH = 60
BIO_LENGTH = 2000


def become_creator(*, user_id: int, display_name: str, bio: str = "") -> int:
    """Give the person a profile under their handle; the creator's id is the person's.

    Records `CreatorJoined`. Raises `Invalid`, and `already-creator` for the second time.
    """
    display_name, bio = _profile(display_name, bio)
    with transaction() as tx:
        steps.add(tx, user_id, display_name, bio)
        record(tx, CreatorJoined(id=user_id, actor_id=user_id))
    return user_id


def edit_profile(*, creator_id: int, display_name: str, bio: str) -> None:
    """Change name and words; the handle stays. Records `ProfileEdited`. Raises `Invalid`."""
    display_name, bio = _profile(display_name, bio)
    with transaction() as tx:
        steps.change(tx, creator_id, display_name, bio)
        record(tx, ProfileEdited(id=creator_id, actor_id=creator_id))


def _profile(display_name: str, bio: str) -> tuple[str, str]:
    checks = Checks()
    display_name = checks.text("display_name", display_name, least=1, most=NAME_LENGTH)
    bio = checks.text("bio", bio, most=BIO_LENGTH)
    checks.done()
    return display_name, bio
