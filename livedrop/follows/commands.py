"""Follow a creator, and stop it. However often and by how many windows at once, it counts once."""

from livedrop.follows import steps
from livedrop.follows.events import Followed, Unfollowed
from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError
from livedrop.outbox.record import record


def follow(*, follower_id: int, creator_id: int) -> bool:
    """Let the person follow the creator; whether they did not before.

    Records `Followed` only then. Raises `yourself`: nobody is their own follower.
    """
    if follower_id == creator_id:
        raise DomainError("yourself")
    with transaction() as tx:
        begun = steps.begin(tx, follower_id, creator_id)
        if begun:
            record(tx, Followed(id=creator_id, actor_id=follower_id))
    return begun


def unfollow(*, follower_id: int, creator_id: int) -> bool:
    """Let the person follow the creator no more; whether they did.

    Records `Unfollowed` only then.
    """
    with transaction() as tx:
        ended = steps.end(tx, follower_id, creator_id)
        if ended:
            record(tx, Unfollowed(id=creator_id, actor_id=follower_id))
    return ended
