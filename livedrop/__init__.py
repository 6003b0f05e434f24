"""LiveDrop: creators sell limited things to the people who follow them."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from livedrop import cli, models, upkeep, wiring  # noqa: F401  every table, so that migrations see them
from livedrop.config import Config, from_environment
from livedrop.extensions import REPLICA, db, migrate
from livedrop.insights import tally
from livedrop.lib import assets, cache, failpoints, ratelimit, replica, security, tokens, traces
from livedrop.lib.http import MethodOverride, NumberConverter, refuse_nul
from livedrop.orders import combine
from livedrop.web import (
    api,
    errors,
    looking,
    media,
    metered,
    public,
    refusals,
    rendering,
    session,
    traced,
)
from livedrop.web.api.handbook import handbook
from livedrop.web.api.problems import API
from livedrop.web.backoffice import backoffice
from livedrop.web.callbacks import callbacks
from livedrop.web.health import health
from livedrop.web.identity.addresses import addresses
from livedrop.web.identity.resets import resets
from livedrop.web.identity.sign_ins import sign_ins
from livedrop.web.identity.unsubscribes import unsubscribes
from livedrop.web.identity.users import users
from livedrop.web.live import socket
from livedrop.web.live.socket import live
from livedrop.web.mailbox import mailbox
from livedrop.web.offline import offline
from livedrop.web.reports import reports
from livedrop.web.settings import settings
from livedrop.web.storefront.creators import creators
from livedrop.web.storefront.drops import drops
from livedrop.web.storefront.follows import follows
from livedrop.web.storefront.home import home
from livedrop.web.storefront.inbox import inbox
from livedrop.web.storefront.lines import lines
from livedrop.web.storefront.order_steps import order_steps
from livedrop.web.storefront.orders import orders
from livedrop.web.storefront.pictures import pictures
from livedrop.web.storefront.products import products
from livedrop.web.storefront.reminders import reminders
from livedrop.web.studio import studio
from livedrop.web.styleguide import styleguide

__all__ = ["create_app"]

ROOT = Path(__file__).parents[1]
DOORS = (
    health,
    offline,
    users,
    sign_ins,
    addresses,
    resets,
    unsubscribes,
    home,
    drops,
    products,
    creators,
    follows,
    reminders,
    inbox,
    settings,
    pictures,
    media.media,
    orders,
    lines,
    order_steps,
    studio,
    backoffice,
    callbacks,
    reports,
    live,
    api.api,
    handbook,
)


def create_app(config: Config | None = None) -> Flask:
    """Build the application from `config`, or from the environment.

    Raises `ConfigError` rather than start with a setting that is unknown or unsafe.
    """
    config = config or from_environment()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(flask_settings(config))
    app.extensions["livedrop"] = config
    app.wsgi_app = MethodOverride(app.wsgi_app, except_for=(API,))  # type: ignore[method-assign]
    app.url_map.converters["int"] = NumberConverter
    api.init_app(app)
    media.init_app(app, config.media, config.media_endpoint)
    app.before_request(refuse_nul)
    failpoints.arm(config.failpoints)
    if config.traces:
        traces.begin(config.traces, service="livedrop")
    db.init_app(app)
    migrate.init_app(app, db)
    security.init_app(app, config.media_origin)
    cache.init_app(app, config.redis_url)
    replica.init_app(app, config.database_replica_url)
    ratelimit.init_app(app, lifted=config.load_test, tell=refusals.note_limit)
    tokens.init_app(
        app,
        keys=config.named_token_keys,
        secret_keys=config.secret_keys,
        issuer=config.url,
    )
    session.init_app(app, memory_seconds=config.sign_in_memory_seconds)
    assets.init_app(app, ROOT / "static")
    rendering.init_app(app)
    errors.init_app(app)
    looking.init_app(app)
    for door in DOORS:
        app.register_blueprint(door)
    if config.env == "development":
        app.register_blueprint(styleguide)
        if config.mailbox:
            app.register_blueprint(mailbox)
    combine.init_app(app, config)
    tally.init_app(app)
    socket.init_app(app, config)
    app.extensions["queues"] = wiring.queues(config)
    cli.register(app)
    upkeep.register(app)
    public.init_app(app, seconds=config.page_seconds)
    if config.traces:
        traced.init_app(app)
    metered.init_app(app)
    if config.proxies:
        # Each adds the address it was called from: with one too many, anybody could add their own.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies
        )
    return app


def flask_settings(config: Config) -> dict[str, object]:
    """Flask's own settings: its defaults are not our policy."""
    return {
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": config.secret_keys[1:],
        # For forms that lie open. The last one signs.
        "WTF_CSRF_SECRET_KEY": config.secret_keys[::-1],
        "TESTING": config.env == "test",
        "TRUSTED_HOSTS": config.trusted_hosts,
        "MAX_CONTENT_LENGTH": 256 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form may lie open for a day
        "WTF_CSRF_SSL_STRICT": False,  # by Origin, which is sent more often: lib/security.py
        "SQLALCHEMY_DATABASE_URI": config.sqlalchemy_url,
        "SQLALCHEMY_BINDS": _replica(config),
        "SQLALCHEMY_ENGINE_OPTIONS": _connections(config),
    }


def _replica(config: Config) -> dict[str, object]:
    """Where the copy of the database is, by the name of its engine."""
    url = config.sqlalchemy_replica_url
    return {REPLICA: {"url": url, **_connections(config)}} if url else {}


def _connections(config: Config) -> dict[str, object]:
    """How connections to Postgres are made and kept.

    What a pooler lends for a transaction has no session that is ours: nothing is prepared in it,
    and its time zone and limits are those of the role (docs/operations.md).
    """
    session: dict[str, object] = {
        "options": "-c timezone=UTC -c jit=off -c lock_timeout=2s -c statement_timeout=3s"
        " -c idle_in_transaction_session_timeout=5s",
    }
    if config.pooler:
        session = {"prepare_threshold": None}
    return {
        "hide_parameters": True,  # or a crash would tell the log what somebody typed
        "pool_size": config.pool_size,
        "max_overflow": 0,
        "pool_timeout": 2,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 2,
            # A connection that the network swallowed is given up after about ten seconds.
            "keepalives_idle": 5,
            "keepalives_interval": 1,
            "keepalives_count": 5,
            "tcp_user_timeout": 10_000,
            "application_name": "livedrop",
            **session,
        },
    }
