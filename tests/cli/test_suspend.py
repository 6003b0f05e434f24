"""What an operator does to an account."""

from livedrop.accounts.models import SignIn, User
from tests.rows import kinds, row


def run(app, *words):
    return app.test_cli_runner().invoke(args=words)


def test_the_operator_suspends_and_restores_by_address(app, ben):
    assert run(app, "suspend", "BEN@example.com", "--reason", "Spam").exit_code == 0
    assert row(User, id=ben.id).suspended_at
    assert run(app, "restore", ben.email, "--reason", "Mistaken").exit_code == 0
    assert row(User, id=ben.id).suspended_at is None
    assert kinds() == ["UserSuspended", "UserRestored"]


def test_an_address_that_nobody_has_is_said(app):
    answer = run(app, "suspend", "nobody@example.com", "--reason", "Spam")
    assert answer.exit_code == 1
    assert answer.output == "Error: Nobody has the address nobody@example.com.\n"


def test_the_operator_ends_every_sign_in(app, ben):
    """S11"""
    ben.page.get("/account")
    answer = run(app, "sign-out", ben.email, "--reason", "Stolen phone")
    assert answer.output == "1 sign-ins of ben@example.com have ended\n"
    assert row(SignIn, user_id=ben.id).ended_at
    assert kinds() == ["SignInsEnded"]
