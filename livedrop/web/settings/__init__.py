"""The door of what people choose for themselves."""

from flask import Blueprint

from livedrop.web.settings.news import news

settings = Blueprint("settings", __name__, url_prefix="/settings")
settings.register_blueprint(news)
