"""What LiveDrop is told from outside: one frozen value, read once from the environment.

Starting is refused on a value that is unknown, unsafe or missing; `ConfigError` says which.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from email.utils import parseaddr
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from flask import current_app


class ConfigError(Exception):
    """A setting that cannot be used; the text is one sentence for the operator."""


Environment = Literal["development", "test", "production"]


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting, its default and its meaning. `LIVEDROP_X` in the environment sets `x`.

    `DATABASE_URL`, `REDIS_URL` and `SECRET_KEY` keep the names the field gives them.
    """

    database_url: str
    redis_url: str
    secret_key: str  # at least 32 characters; signs sessions, tokens and payment callbacks
    previous_secret_key: str = ""  # while it changes: what it signed is believed a while longer
    token_keys: str = ""  # name:secret,… of the API's tokens; the first signs; none: see above
    database_replica_url: str = ""  # a copy of the database, behind it, for public pages
    env: Environment = "production"
    url: str = "http://127.0.0.1:8000"  # where this LiveDrop is found; callbacks go there
    hosts: str = ""  # further host names it answers to, separated by commas
    proxies: int = 0  # of our own, one before the other: only what they say of an address is true
    load_test: bool = False  # lifts rate limits, nothing else; refused in production
    failpoints: str = ""  # faults to inject (`lib/failpoints.py`); tests only
    pool_size: int = 12  # database connections of one web process
    pooler: bool = False  # both URLs lead to PgBouncer, which lends a connection for a transaction
    payment_grace_seconds: float = 30.0  # how long a payment begun in time protects its order
    payment_resend_seconds: float = 2.0  # an unanswered request to the provider is repeated
    pretend_delay_seconds: float = 1.0  # how long the pretend provider thinks
    lease_seconds: float = 8.0  # an event not carried out by then is handed over again
    sign_in_memory_seconds: float = 5.0  # how long a process may remember a verified sign-in
    latch_seconds: float = 0.25  # how long a process may remember sold out or all held
    page_seconds: float = 1.0  # how old a public page may be
    sockets: int = 3000  # held by one web process, which needs some connections for requests
    ping_seconds: float = 25.0  # a socket that is silent for longer is asked; after 55, gone
    order_deadline_seconds: float = 2.0  # how long a caller waits for an order's answer
    order_queue_size: int = 2000  # callers waiting in one process, beyond which it says so
    smtp_url: str = ""  # smtp://user:password@host:587 (TLS is asked for) or smtps://…; no default
    mail_from: str = "LiveDrop <news@livedrop.example>"  # whose mails these are
    mailbox: str = ""  # a directory that gets all mails instead; /mailbox shows it; development
    log: Literal["json", "words"] = "json"  # a line each: for machines, or for people to read
    media: str = ""  # where pictures are kept: a directory, or s3://bucket/prefix; no default
    media_endpoint: str = ""  # https://… of what speaks S3, if the bucket is not Amazon's
    media_url: str = ""  # where they are served, such as a CDN's; else here, under /media
    mail_lease_seconds: float = 30.0  # a mail not sent by then is taken by the next
    traces: str = ""  # where OpenTelemetry's spans go (OTLP over HTTP): https://…/v1/traces

    def __post_init__(self) -> None:
        if any(len(secret) < 32 for secret in self.secret_keys):
            raise ConfigError("SECRET_KEY, or the previous one, is shorter than 32 characters.")
        if self.env == "production" and self.load_test:
            raise ConfigError("LIVEDROP_LOAD_TEST lifts rate limits: not in production.")
        if self.env == "production" and self.failpoints:
            raise ConfigError("LIVEDROP_FAILPOINTS injects faults: not in production.")
        if self.proxies < 0:
            raise ConfigError("LIVEDROP_PROXIES is not a number of proxies.")
        self._refuse_numbers()
        self._refuse_url()
        if not self.sqlalchemy_url:
            raise ConfigError("DATABASE_URL is not a postgresql:// URL.")
        if self.database_replica_url and not self.sqlalchemy_replica_url:
            raise ConfigError("DATABASE_REPLICA_URL is not a postgresql:// URL.")
        if not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise ConfigError("REDIS_URL is not a redis:// URL.")
        self._refuse_token_keys()
        self._refuse_mail()
        self._refuse_media()
        self._refuse_traces()

    def _refuse_numbers(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, int | float) and not 0 <= value < 1e9:  # nor what is no number
                raise ConfigError(f"LIVEDROP_{one.name.upper()} cannot be {value}.")
        for name in ("pool_size", "sockets", "order_queue_size", "order_deadline_seconds"):
            if not getattr(self, name):
                raise ConfigError(f"LIVEDROP_{name.upper()} cannot be 0: nobody would be served.")

    def _refuse_url(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigError("LIVEDROP_URL is not a URL.")
        if self.env == "production" and parts.scheme == "http" and parts.hostname not in HERE:
            raise ConfigError("LIVEDROP_URL is not encrypted: no browser would stay signed in.")

    def _refuse_token_keys(self) -> None:
        names = [one.partition(":")[0] for one in self.token_keys.split(",") if self.token_keys]
        if len(set(names)) < len(names) or not all(map(TOKEN_KEY_NAME.fullmatch, names)):
            raise ConfigError("LIVEDROP_TOKEN_KEYS is not name:secret,name:secret.")
        if any(len(secret) < 32 for secret in self.named_token_keys.values()):
            raise ConfigError("LIVEDROP_TOKEN_KEYS has a secret shorter than 32 characters.")

    def _refuse_mail(self) -> None:
        if self.mailbox and self.env == "production":
            raise ConfigError("LIVEDROP_MAILBOX keeps every mail to itself: not in production.")
        if not self.smtp_url and self.env == "production":
            raise ConfigError("LIVEDROP_SMTP_URL is not set: nobody could confirm their address.")
        if self.smtp_url and not _is_server(self.smtp_url):
            raise ConfigError("LIVEDROP_SMTP_URL is not an smtp:// or smtps:// URL.")
        if not _is_sender(self.mail_from):
            raise ConfigError("LIVEDROP_MAIL_FROM is not an address, such as Shop <news@shop.com>.")

    def _refuse_media(self) -> None:
        if not self.media and self.env == "production":
            raise ConfigError("LIVEDROP_MEDIA is not set: nobody could upload a picture.")
        if self.media and not self.media.startswith("/") and not BUCKET.fullmatch(self.media):
            raise ConfigError("LIVEDROP_MEDIA is no directory from the root on, nor a bucket.")
        if self.media_endpoint:
            self._refuse_endpoint()
        parts = urlsplit(self.media_url)
        if self.media_url and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ConfigError("LIVEDROP_MEDIA_URL is not an http:// or https:// URL.")

    def _refuse_endpoint(self) -> None:
        if not self.media.startswith("s3://"):
            raise ConfigError("LIVEDROP_MEDIA_ENDPOINT is set, and LIVEDROP_MEDIA is no bucket.")
        found = ENDPOINT.fullmatch(self.media_endpoint)
        if not found:
            raise ConfigError("LIVEDROP_MEDIA_ENDPOINT is no URL, such as https://s3.example.")
        if self.env == "production" and found["scheme"] == "http" and found["host"] not in HERE:
            raise ConfigError("LIVEDROP_MEDIA_ENDPOINT is not encrypted: all could read along.")

    def _refuse_traces(self) -> None:
        if self.traces and not COLLECTOR.fullmatch(self.traces):
            raise ConfigError("LIVEDROP_TRACES is no URL, such as http://127.0.0.1:4318/v1/traces.")

    @property
    def secret_keys(self) -> list[str]:
        """What is believed if it is signed with one of them; the first signs."""
        return [self.secret_key, *filter(None, [self.previous_secret_key])]

    @property
    def trusted_hosts(self) -> list[str]:
        own = urlsplit(self.url).hostname or ""
        return [own, *filter(None, (name.strip() for name in self.hosts.split(",")))]

    @property
    def media_origin(self) -> str:
        """Where browsers fetch pictures, if that is not here."""
        parts = urlsplit(self.media_url)
        return f"{parts.scheme}://{parts.netloc}" if self.media_url else ""

    @property
    def named_token_keys(self) -> dict[str, str]:
        """The secrets that sign the API's tokens, by their public names."""
        pairs = (one.partition(":") for one in self.token_keys.split(",") if one)
        return {name: secret for name, _, secret in pairs}

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL for psycopg 3; empty for a scheme that is none of Postgres's."""
        return _for_psycopg(self.database_url)

    @property
    def sqlalchemy_replica_url(self) -> str:
        """Likewise of its copy; empty without one."""
        return _for_psycopg(self.database_replica_url)


def _for_psycopg(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    return ""


TOKEN_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
HERE = {"127.0.0.1", "localhost", "::1"}
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
# Nobody's name and password, which come by variables that are never shown.
ENDPOINT = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(?::\d{1,5})?/?")
COLLECTOR = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._/-]*)?")
UNPREFIXED = {"database_url", "database_replica_url", "redis_url", "secret_key"}
# Read by what starts the processes and by the tests.
NOT_OURS = {"LIVEDROP_DATA", "LIVEDROP_BIND", "LIVEDROP_BROWSER", "LIVEDROP_FULL_FAULTS"}


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the environment. Raises `ConfigError` for what is missing, unknown or unreadable."""
    names = {
        field.name.upper() if field.name in UNPREFIXED else f"LIVEDROP_{field.name.upper()}": field
        for field in fields(Config)
    }
    unknown = [n for n in environ if n.startswith("LIVEDROP_") and n not in names.keys() | NOT_OURS]
    if unknown:
        raise ConfigError(f"{unknown[0]} is no setting of LiveDrop.")
    values: dict[str, Any] = {
        field.name: _read(name, environ[name], field.type)
        for name, field in names.items()
        if name in environ
    }
    missing = [name for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY") if name not in environ]
    if missing:
        raise ConfigError(f"{missing[0]} is not set.")
    return Config(**values)


def _read(name: str, text: str, kind: Any) -> Any:
    if kind is bool:
        if text not in {"0", "1", ""}:
            raise ConfigError(f"{name} is neither 0 nor 1.")
        return text == "1"
    if kind in {int, float}:
        try:
            return kind(text)
        except ValueError:
            raise ConfigError(f"{name} is not a number.") from None
    return text if get_origin(kind) is None or text in get_args(kind) else _refuse(name, kind)


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _is_sender(words: str) -> bool:
    return words.isprintable() and "@" in parseaddr(words)[1]


def _refuse(name: str, kind: Any) -> Any:
    raise ConfigError(f"{name} is none of {', '.join(get_args(kind))}.")


def configuration() -> Config:
    """What the application at hand was made with."""
    config: Config = current_app.extensions["livedrop"]
    return config
