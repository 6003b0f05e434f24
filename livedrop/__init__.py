"""LiveDrop: creators sell limited things to the people who follow them."""

from flask import Flask

from livedrop import cli, models  # noqa: F401  every table, so that migrations see them
from livedrop.config import Config, from_environment
from livedrop.extensions import csrf, db, login_manager, migrate
from livedrop.lib import failpoints
from livedrop.orders import combine

__all__ = ["create_app"]


def create_app(config: Config | None = None) -> Flask:
    """Build the application from `config`, or from the environment.

    Raises `ConfigError` rather than start with a setting that is unknown or unsafe.
    """
    config = config or from_environment()
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.from_mapping(flask_settings(config))
    app.extensions["livedrop"] = config
    failpoints.arm(config.failpoints)
    db.init_app(app)
    migrate.init_app(app, db)
    csrf.init_app(app)
    login_manager.init_app(app)
    combine.init_app(app, config)
    cli.register(app)
    return app


def flask_settings(config: Config) -> dict[str, object]:
    """Flask's own settings: its defaults are not our policy."""
    return {
        "SECRET_KEY": config.secret_key,
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
        "WTF_CSRF_SSL_STRICT": True,
        "SQLALCHEMY_DATABASE_URI": config.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": config.pool_size,
            "max_overflow": 0,
            "pool_timeout": 2,
            "pool_pre_ping": True,
            "connect_args": {
                "connect_timeout": 2,
                "application_name": "livedrop",
                "options": "-c timezone=UTC -c lock_timeout=2s -c statement_timeout=3s"
                " -c idle_in_transaction_session_timeout=5s",
            },
        },
    }
