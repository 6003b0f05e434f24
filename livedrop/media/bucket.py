"""A store that is a bucket of Amazon S3, or of anything that speaks its language.

Who may use it is told by the variables and files that everything for S3 reads, never by a setting
of ours. An object is there whole or not at all, because a PUT is; nothing more is asked of the
bucket than PUT, GET, DELETE, LIST and HEAD, so that any will do.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import IO, Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from livedrop.media.store import KEY, PICTURES, Missing, StoreAway, checked

log = logging.getLogger(__name__)

CONNECT, ANSWER = 1.5, 4.0  # seconds: to be let in, and between two pieces of an answer
TRIES = 2  # with both and their pause, less than a gateway waits
SOON = 0.4  # seconds for each of both when somebody asks whether it answers, who waits no longer
REMEMBERED = 5.0  # seconds that answer is good for, however many ask
AT_ONCE = 32  # calls of one process; a bucket that hangs must not hold everybody
FOREVER = "public, max-age=31536000, immutable"  # as the name of a picture changes with it
NOBODYS = "private, no-store"


class Bucket:
    """A bucket, or what lies in it below a prefix. Whoever calls it holds no transaction."""

    def __init__(self, place: str, endpoint: str = "") -> None:
        self.name, _, prefix = place.removeprefix("s3://").partition("/")
        self.prefix = f"{prefix.rstrip('/')}/" if prefix else ""
        self.endpoint = endpoint or None
        self._callers = BoundedSemaphore(AT_ONCE)
        self._asking, self._making = Lock(), Lock()
        self._asked: float | None = None
        self._answered = False
        self._session = Session()

    def put(self, key: str, content: bytes | IO[bytes], kind: str) -> None:
        kept = FOREVER if key.startswith(f"{PICTURES}/") else NOBODYS
        with self._called() as client:
            client.put_object(
                **self._object(checked(key)), Body=content, ContentType=kind, CacheControl=kept
            )

    def get(self, key: str) -> bytes:
        if not KEY.fullmatch(key):  # as anybody may ask
            raise Missing
        with self._called() as client:
            content: bytes = client.get_object(**self._object(key))["Body"].read()
            return content

    def delete(self, key: str) -> None:
        with self._called() as client:
            client.delete_object(**self._object(checked(key)))

    def keys(self, shelf: str) -> Iterator[tuple[str, datetime]]:
        """A thousand at a time: who asks for the next may do something else in between."""
        asked = {"Bucket": self.name, "Prefix": f"{self.prefix}{shelf}/"}
        while True:
            with self._called() as client:
                page = client.list_objects_v2(**asked)
            for one in page.get("Contents", ()):
                key = one["Key"].removeprefix(self.prefix)
                if KEY.fullmatch(key):
                    yield key, one["LastModified"]
            if not page.get("NextContinuationToken"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def answers(self) -> bool:
        """Whether it does, and lets us in; while somebody asks, what it did before."""
        if self._asking.acquire(blocking=False):
            try:
                if self._asked is None or monotonic() - self._asked > REMEMBERED:
                    self._answered = self._answers()
                    self._asked = monotonic()
            finally:
                self._asking.release()
        return self._answered

    def _answers(self) -> bool:
        try:
            self._impatient.head_bucket(Bucket=self.name)
        except (BotoCoreError, ClientError) as error:
            log.warning("the bucket of pictures does not answer: %s", _said(error))
            return False
        return True

    @contextmanager
    def _called(self) -> Iterator[Any]:
        """A call of the bucket: `Missing` or `StoreAway` is all that can come of it but success."""
        if not self._callers.acquire(blocking=False):
            raise StoreAway
        try:
            yield self._client
        except ClientError as error:
            if _said(error) == "NoSuchKey":
                raise Missing from None
            log.warning("the bucket of pictures refused: %s", _said(error))
            raise StoreAway from error
        except (BotoCoreError, OSError) as error:
            log.warning("the bucket of pictures cannot be reached: %s", _said(error))
            raise StoreAway from error
        finally:
            self._callers.release()

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": f"{self.prefix}{key}"}

    @cached_property
    def _client(self) -> Any:
        """Made when it is needed first: finding out who we are may ask the network."""
        return self._made(CONNECT, ANSWER, TRIES)

    @cached_property
    def _impatient(self) -> Any:
        return self._made(SOON, SOON, 1)

    def _made(self, connect: float, answer: float, tries: int) -> Any:
        ways = Config(
            connect_timeout=connect,
            read_timeout=answer,
            retries={"mode": "standard", "total_max_attempts": tries},
            max_pool_connections=AT_ONCE,
            # What only Amazon's own understands is not sent to others, whose host names also know
            # nothing of buckets.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if self.endpoint else "auto"},
            ignore_configured_endpoint_urls=True,
        )
        with self._making:  # a session is for one at a time, its clients are for all
            return self._session.client("s3", endpoint_url=self.endpoint, config=ways)


def _said(error: Exception) -> str:
    """What went wrong in a word, and never whose picture it was about."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
