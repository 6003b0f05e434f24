"""Signed tokens that say who somebody is for some minutes (JWT), checked without asking anybody.

Symmetric, as only processes that make them check them. Each names its key, so that two can be in
use while one takes over from the other, and its kind, so that what was made for one purpose opens
nothing else. Nothing that a token says of how it is to be checked is believed.
"""

import hmac
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

import jwt
from flask import Flask, current_app

from livedrop.lib.clock import clock
from livedrop.lib.ids import new_token

ALGORITHM = "HS256"
NEEDED = ("exp", "iat", "nbf", "iss", "aud", "sub", "jti")
REMEMBERED = 10_000  # tokens
AHEAD = 1  # seconds that the clock of the process that made it may be ahead of ours


class BadToken(Exception):
    """Not a token of ours, or not for this, or not now."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets by their public names; the first signs, all of them are accepted.

    What tokens say whose signatures were found right is remembered, as an app sends the same one
    with every call, and looking at one takes longer than all else that an order needs of this
    process. Bounded; the oldest are forgotten first.
    """

    secrets: Mapping[str, bytes]
    issuer: str
    _lock: Lock = field(default_factory=Lock)
    _read: OrderedDict[tuple[str, str, str], dict[str, Any]] = field(default_factory=OrderedDict)

    @property
    def signing(self) -> tuple[str, bytes]:
        return next(iter(self.secrets.items()))

    def recall(self, kind: str, audience: str, token: str) -> dict[str, Any] | None:
        return self._read.get((kind, audience, token))

    def keep(self, kind: str, audience: str, token: str, said: dict[str, Any]) -> None:
        with self._lock:
            self._read[kind, audience, token] = said
            while len(self._read) > REMEMBERED:
                self._read.popitem(last=False)


def init_app(
    app: Flask, *, keys: Mapping[str, str], secret_keys: Iterable[str], issuer: str
) -> None:
    """Sign with the first of `keys`; with none, by one that is made of the application's secret,
    of which the first signs as well."""
    derived = dict(_derived(secret_key.encode()) for secret_key in secret_keys)
    secrets = {name: secret.encode() for name, secret in keys.items()} or derived
    app.extensions["token-keys"] = Keys(secrets, issuer)


def _derived(secret_key: bytes) -> tuple[str, bytes]:
    """A key and its public name, which says nothing of it but which one it is."""
    key = hmac.digest(secret_key, b"livedrop tokens", "sha256")
    return f"derived-{hmac.digest(key, b'name', 'sha256').hex()[:8]}", key


def issue(*, kind: str, audience: str, subject: str, lasts: timedelta, **claims: str) -> str:
    """A token of this kind for `audience`, good from now on for `lasts`, with further claims."""
    keys, now = _keys(), int(clock.now().timestamp())
    name, secret = keys.signing
    said = claims | {
        "iss": keys.issuer,
        "aud": audience,
        "sub": subject,
        "jti": new_token(),
        "iat": now,
        "nbf": now,
        "exp": now + int(lasts.total_seconds()),
    }
    return jwt.encode(said, secret, ALGORITHM, headers={"kid": name, "typ": kind})


def read(token: str, *, kind: str, audience: str, longest: timedelta) -> dict[str, Any]:
    """What a token of this kind says. Raises `BadToken` unless all of it holds at this instant.

    Instants are judged by the database's clock, as near as this process knows it; one that was
    made for longer than `longest` is refused.
    """
    keys = _keys()
    said = keys.recall(kind, audience, token)
    if said is None:
        said = _signed(keys, token, kind, audience)
        keys.keep(kind, audience, token, said)
    _check_times(said, int(longest.total_seconds()))
    return said


def _signed(keys: Keys, token: str, kind: str, audience: str) -> dict[str, Any]:
    """What a token says whose signature, kind, issuer and audience are right, whatever its time."""
    try:
        head = jwt.get_unverified_header(token)
        name = head.get("kid")
        if head.get("typ") != kind or not isinstance(name, str) or name not in keys.secrets:
            raise BadToken
        # The times are checked below: the library asks the host's clock, and misses none that
        # are not there.
        said: dict[str, Any] = jwt.decode(
            token,
            keys.secrets[name],
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=keys.issuer,
            options={
                "require": list(NEEDED),
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise BadToken from error
    return said


def _check_times(said: Mapping[str, Any], longest: int) -> None:
    times = [said[name] for name in ("iat", "nbf", "exp")]
    if any(type(time) is not int for time in times):
        raise BadToken
    issued, begins, ends = times
    now = clock.now().timestamp()
    if not max(issued, begins) <= now + AHEAD or not now < ends or ends - issued > longest:
        raise BadToken


def _keys() -> Keys:
    keys: Keys = current_app.extensions["token-keys"]
    return keys
