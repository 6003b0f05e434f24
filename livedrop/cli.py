"""The `flask` commands: processes that run until they are stopped, and jobs for an operator."""

from collections.abc import Callable

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from livedrop import wiring
from livedrop.config import Config
from livedrop.lib.loop import run_until_stopped
from livedrop.outbox.relay import relay


def register(app: Flask) -> None:
    """Let `app` know its commands."""
    for command in (relay_events,):
        app.cli.add_command(command)


@click.command("relay")
@with_appcontext
def relay_events() -> None:
    """Hand over what happened to whoever hears it, until stopped."""
    config = _config()
    enqueue = wiring.queues(config).enqueue
    _again_and_again(lambda: relay(wiring.HEARERS, enqueue, config.lease_seconds), pause=0.1)


def _again_and_again(step: Callable[[], object], *, pause: float) -> None:
    """Run the present command's `step` until stopped, each time with a session of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> object:
        with app.app_context():
            return step()

    run_until_stopped(run, name=click.get_current_context().info_name or "", pause=pause)


def _config() -> Config:
    config: Config = current_app.extensions["livedrop"]
    return config
