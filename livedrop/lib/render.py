"""Templates outside a request: nobody asks, so they know nothing but what they are told."""

from typing import Any

from flask import current_app


def render(*templates: str, **context: Any) -> str:
    """Render the first of these templates that there is."""
    return current_app.jinja_env.select_template(templates).render(context)
