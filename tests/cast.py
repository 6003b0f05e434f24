"""The people of every test: Ada creates, Ben follows Ada, Cleo is a stranger, Dora an admin."""

from dataclasses import dataclass
from functools import cached_property

from flask import Flask

from livedrop.accounts.models import User
from livedrop.creators.models import Creator
from tests import factories
from tests.page import Page


@dataclass
class Person:
    """Somebody with an account and a browser of their own, signed in when first used."""

    app: Flask
    user: User
    creator: Creator | None = None

    @classmethod
    def called(
        cls, app: Flask, name: str, *, creates: bool = False, admin: bool = False
    ) -> "Person":
        user = factories.a_user(name, admin=admin)
        return cls(app, user, factories.a_creator(user) if creates else None)

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def email(self) -> str:
        return self.user.email

    @cached_property
    def page(self) -> Page:
        """A signed-in browser; a second one is `another_page()`."""
        return self.another_page()

    def another_page(self) -> Page:
        page = Page(self.app)
        page.client.carry(self.user.id, factories.a_sign_in(self.user).id)
        return page
