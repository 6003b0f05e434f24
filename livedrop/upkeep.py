"""The `flask` commands that begin a shop, change its secrets, and give people what is theirs."""

import json
import secrets

import click
from flask import Flask
from flask.cli import with_appcontext

from livedrop.accounts import commands as accounts
from livedrop.cli import said, user_id_of
from livedrop.config import configuration
from livedrop.lib.errors import DomainError
from livedrop.lib.ids import new_token
from livedrop.orders import commands as orders
from livedrop.orders.queries import places_of
from livedrop.privacy import commands as privacy
from livedrop.privacy.queries import everything


def register(app: Flask) -> None:
    """Let `app` know its commands."""
    for command in (create_admin, new_secret, export_person, erase_person):
        app.cli.add_command(command)


@click.command("create-admin")
@click.argument("email")
@click.option("--handle", required=True, help="Their short name here.")
@click.option("--name", required=True, help="As they are called.")
@with_appcontext
def create_admin(email: str, handle: str, name: str) -> None:
    """Open an account for who looks after the house, and print where they choose a password.

    Nobody ever types it here, and the link is good for half an hour and once.
    """
    with said():
        user_id = accounts.sign_up(
            email=email, handle=handle, display_name=name, password=new_token()
        )
    accounts.appoint(user_id=user_id, reason="The operator opened this account.")
    token = accounts.write_reset(user_id=user_id)
    click.echo(f"{configuration().url.rstrip('/')}/password-resets/{token}")


@click.command("new-secret")
@with_appcontext
def new_secret() -> None:
    """Print what to set so that another secret signs from now on, and nobody is signed out.

    The present one is believed for as long as it is the previous one: thirty days are enough.
    """
    config, name = configuration(), f"k{secrets.token_hex(3)}"
    click.echo(f"SECRET_KEY={secrets.token_hex(32)}")
    click.echo(f"LIVEDROP_PREVIOUS_SECRET_KEY={config.secret_key}")
    if config.token_keys:
        click.echo(f"LIVEDROP_TOKEN_KEYS={name}:{secrets.token_hex(32)},{config.token_keys}")


@click.command("export-person")
@click.argument("email")
@with_appcontext
def export_person(email: str) -> None:
    """Print all there is about a person, as JSON; nothing that would open their account."""
    click.echo(json.dumps(everything(user_id_of(email)), indent=2, default=str))


@click.command("erase-person")
@click.argument("email")
@click.option("--reason", required=True, help="What the audit trail will say; name nobody.")
@with_appcontext
def erase_person(email: str, reason: str) -> None:
    """Forget who a person is. Their orders stay for the books, with a number; there is no way back
    but a backup."""
    user_id = user_id_of(email)
    with said():
        _erase(user_id, reason)
    click.echo(f"Nothing is known of person {user_id} any more")


def _erase(user_id: int, reason: str) -> None:
    try:
        privacy.erase(user_id=user_id, reason=reason)
    except DomainError as no:
        if no.code != "in-line":
            raise
        for place in places_of(user_id, most=1000):
            orders.leave_line(sku_id=place.sku_id, user_id=user_id)
        privacy.erase(user_id=user_id, reason=reason)
