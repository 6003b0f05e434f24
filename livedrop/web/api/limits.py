"""How often somebody may ask at the API, told with every answer (draft-ietf-httpapi-ratelimit).

By person, or for who has not said who they are by address, which may be a whole school's. What
pages limit is limited here by the very same buckets, besides.
"""

from flask import Response

from livedrop.lib.http import caller
from livedrop.lib.ratelimit import Bucket
from livedrop.web import session

PERSON = Bucket("calls of one person", "600/minute")
ADDRESS = Bucket("calls from an address", "1200/minute")


def spend() -> None:
    bucket, key = _mine()
    bucket.spend(key)


def tell(response: Response) -> Response:
    """Say what the limit is and what is left of it; nothing while limits are lifted."""
    bucket, key = _mine()
    left = bucket.left(key)
    if left:
        name = "person" if bucket is PERSON else "address"
        policy = f'"{name}";q={bucket.item.amount};w={bucket.item.get_expiry()}'
        response.headers["RateLimit-Policy"] = policy
        response.headers["RateLimit"] = f'"{name}";r={left.tries};t={left.seconds}'
    return response


def _mine() -> tuple[Bucket, object]:
    claimed = session.claimed_identity()
    return (PERSON, claimed[0]) if claimed else (ADDRESS, caller())
