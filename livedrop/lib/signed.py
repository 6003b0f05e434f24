"""Links that only we can have made: what they say is signed, for one purpose each.

What is signed for one purpose opens nothing else. How long it holds is for who reads it to decide,
by the database's clock.
"""

from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from livedrop.lib.errors import NotFound
from livedrop.lib.keys import keys


def sign(purpose: str, content: Any) -> str:
    """Put `content`, which JSON can hold and anybody can read, into one word of an address."""
    text = _serializer(purpose).dumps(content)
    return text if isinstance(text, str) else text.decode()


def read(purpose: str, word: str) -> Any:
    """What was signed for this purpose. Raises `NotFound` for anything we did not sign."""
    try:
        return _serializer(purpose).loads(word)
    except BadData as error:
        raise NotFound from error


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(keys(), salt=f"livedrop {purpose}")
