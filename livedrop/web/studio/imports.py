"""What a drop offers as a table: taken out of any drop, and brought into a draft.

A table is looked at first: nothing changes before its creator has seen what would.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import HiddenField

from livedrop.creators.queries import CreatorCard
from livedrop.drops import commands
from livedrop.drops.queries import DropPage
from livedrop.drops.sheet import EXAMPLE, HEAD, Offered, read, table
from livedrop.lib import sheets
from livedrop.lib.errors import DomainError, Invalid
from livedrop.lib.forms import Form, accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.products.queries import known_titles, stories
from livedrop.web import access
from livedrop.web.sheets import download
from livedrop.web.studio.drops import address, refuse

imports = Blueprint("imports", __name__, url_prefix="/drops")
imports.register_error_handler(DomainError, refuse)

NEW = ("studio/imports/new.html", "studio/imports/_form.html")
LARGEST = 200_000  # bytes


class ImportForm(Form):
    """A file; or once more what was read from it, for whoever has looked at it."""

    file = FileField("Table", description="CSV, as spreadsheets save it.")
    table = HiddenField()

    def content(self) -> bytes:
        """The table. Raises `Invalid`."""
        if self.table.data:
            return str(self.table.data).encode()
        content: bytes = self.file.data.read(LARGEST + 1) if self.file.data else b""
        if not content:
            raise Invalid(file="Choose a file.")
        if len(content) > LARGEST:
            raise Invalid(file="This is more than a drop can offer.")
        return content


@imports.get("/table.csv")
def template() -> ResponseReturnValue:
    """A table with an example, to begin with."""
    access.own_creator()
    return download("livedrop-template", [HEAD, EXAMPLE])


@imports.get("/<slug>/table.csv")
def export(slug: str) -> ResponseReturnValue:
    drop = access.own_drop(slug)
    return download(f"drop-{slug}", table(_offered(drop), drop.currency))


@imports.get("/<slug>/import/new")
def new(slug: str) -> ResponseReturnValue:
    drop = access.own_drop(slug)
    return respond(*NEW, form=ImportForm(formdata=None), drop=drop, offered=None)


@imports.post("/<slug>/import")
def create(slug: str) -> ResponseReturnValue:
    """A dry run, unless who asks has seen one and is sure."""
    drop, creator = access.own_drop(slug), access.acting_creator()
    with accepting(ImportForm(), *NEW, drop=drop, offered=None) as form:
        offered = read(form.content(), drop.currency)
        if "sure" not in request.form:
            form.table.data = "".join(sheets.write(table(offered, drop.currency)))
            return respond(*NEW, form=form, drop=drop, **_as_it_would_be(creator, offered))
        commands.import_offer(drop_id=drop.id, actor_id=creator.id, offered=offered)
    return see_other(address(slug))


def _as_it_would_be(creator: CreatorCard, offered: Sequence[Offered]) -> dict[str, Any]:
    titles = {one.product for one in offered}
    return {"offered": offered, "new": titles - known_titles(creator.id, titles)}


def _offered(drop: DropPage) -> Iterator[Offered]:
    told = stories({sku.product_id for sku in drop.skus})
    for sku in drop.skus:
        yield Offered(
            product=sku.product_title,
            name=sku.name,
            price=sku.price.amount,
            quantity=sku.declared,
            story=told[sku.product_id],
        )
