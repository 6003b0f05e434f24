"""Forms: what was typed is handed to a command, and comes back with words beside each field.

A form only reads: rules live in the rooms, which say what is wrong through `Invalid`. Either way
the answer is 422 (503 where it is not the form's fault) and the same form with everything still in
it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Response
from flask_wtf import FlaskForm
from wtforms import Field

from livedrop.lib.errors import Invalid
from livedrop.lib.htmx import respond


class Form(FlaskForm):  # type: ignore[misc]  # the library comes without types
    """The base of every form: knows its fields' errors, and those that belong to no field."""

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Put words beside the fields they are about."""
        for name, words in errors.items():
            if name in self._fields:
                field: Field = self._fields[name]
                field.errors = [*field.errors, words]
            else:
                self.form_errors.append(words)

    @property
    def refusals(self) -> list[tuple[str | None, str]]:
        """What is wrong, in the order of the form: a field's id, or None, and the words."""
        beside = [(field.id, str(words)) for field in self for words in field.errors]
        return [(None, words) for words in self.form_errors] + beside


AnyForm = TypeVar("AnyForm", bound=Form)


class Unacceptable(Exception):
    """A form that cannot be carried out as it was sent; knows how to show itself again."""

    def __init__(
        self,
        form: Form,
        page: str,
        fragment: str,
        context: Mapping[str, Any],
        no: Invalid | None = None,
    ) -> None:
        super().__init__(form.refusals)
        self.form, self.page, self.fragment, self.context = form, page, fragment, context
        self.status = no.status if no and no.status >= 500 else 422

    def response(self) -> Response:
        return respond(self.page, self.fragment, self.status, form=self.form, **self.context)


@contextmanager
def accepting(form: AnyForm, page: str, fragment: str, **context: Any) -> Iterator[AnyForm]:
    """Run the block with what the form says, unless it says nothing that can be meant.

    Raises `Unacceptable` then, and when the block is refused with `Invalid`. `page` and
    `fragment` are the templates that show the form; they get it as `form`, and the context.
    """
    if not form.validate():
        raise Unacceptable(form, page, fragment, context)
    try:
        yield form
    except Invalid as no:
        form.refuse(no.errors)
        raise Unacceptable(form, page, fragment, context, no) from no
