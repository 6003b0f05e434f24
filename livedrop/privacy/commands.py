"""A person is taken out of the books, which stay."""

from livedrop.follows import steps as follows
from livedrop.follows.events import Unfollowed
from livedrop.follows.queries import followed
from livedrop.lib.checks import reason_given
from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError, NotFound
from livedrop.outbox.record import record
from livedrop.privacy import steps
from livedrop.privacy.events import PersonErased


def erase(*, user_id: int, reason: str, by: int | None = None) -> None:
    """Forget who the person is: their name, address, password and where things went; their
    sign-ins end, and what was theirs alone is gone. Orders and the audit trail know a number.

    Records `PersonErased`, and `Unfollowed` for whom they followed. Raises `NotFound`, `Invalid`
    without a reason, `orders-open` while something is ordered and not paid, `selling` while a drop
    of theirs is on or to come, and after those `in-line`: places end under their drop's lock, one
    after the other, by `leave_line`. Doing it again changes nothing but the trail.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        if not steps.lock(tx, user_id):
            raise NotFound
        if steps.has_open_orders(tx, user_id):
            raise DomainError("orders-open")
        if steps.sells(tx, user_id):
            raise DomainError("selling")
        if steps.stands_in_line(tx, user_id):
            raise DomainError("in-line")
        for creator_id in followed(user_id):
            if follows.end(tx, user_id, creator_id):
                record(tx, Unfollowed(id=creator_id, actor_id=user_id))
        steps.forget(tx, user_id)
        record(tx, PersonErased(id=user_id, actor_id=by, reason=reason))
