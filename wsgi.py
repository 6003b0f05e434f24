"""The web application, for gunicorn and the `flask` command."""

import sys

from livedrop import create_app
from livedrop.config import from_environment
from livedrop.lib import logs

config = from_environment()
logs.begin(config.log, "web" if "gunicorn" in sys.modules else "flask")
app = create_app(config)
