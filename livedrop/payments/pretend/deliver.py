"""The provider's messenger: posts the callbacks that are owed until each is taken.

It may be killed anywhere. A callback it posted without having noted it down is posted again, so
the receiver must not mind duplicates, nor any order: retries overtake each other.
"""

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import urllib3

from livedrop.lib import failpoints
from livedrop.payments.pretend import commands, signature
from livedrop.payments.pretend.commands import Callback

log = logging.getLogger(__name__)

AT_ONCE = 8  # callbacks under way
PATIENCE = 5.0  # seconds for one; longer than the receiver may take


def messenger(url: str, secret_key: str) -> Callable[[], int]:
    """A step that posts the callbacks owed by now to `url`; it answers how many there were."""
    secret = signature.secret(secret_key)
    http = urllib3.PoolManager(maxsize=AT_ONCE, timeout=PATIENCE, retries=False)

    def post(callback: Callback) -> bool:
        body = json.dumps(callback.content).encode()
        headers = {
            "Content-Type": "application/json",
            signature.HEADER: signature.sign(body, secret=secret, at=callback.at),
        }
        try:
            status = http.request("POST", url, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError as error:
            log.warning("callback %s did not arrive: %s", callback.content["key"], error)
            return False
        if not 200 <= status < 300:
            log.warning("callback %s was answered %d", callback.content["key"], status)
        return 200 <= status < 300

    def deliver() -> int:
        owed = commands.take_owed()
        if owed:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                taken = list(pool.map(post, owed))
            failpoints.reach("before_delivered")
            done = [callback.id for callback, ok in zip(owed, taken, strict=True) if ok]
            commands.note_delivered(ids=done)
        return len(owed)

    return deliver
