"""What this application signs with. While its secret changes there are two for a while: the new one
signs, and what the previous one signed is believed, so that nobody is signed out by it."""

from flask import current_app


def keys() -> list[str]:
    """Oldest first, as itsdangerous wants them: the last one signs."""
    return [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
