"""The web application, for gunicorn and the `flask` command."""

from livedrop import create_app

app = create_app()
