"""How many units a drop promises: more, never fewer."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from livedrop.drops import commands
from livedrop.lib.errors import DomainError
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.web import access
from livedrop.web.studio.drops import address, refuse
from livedrop.web.studio.forms import units_form

stock = Blueprint("stock", __name__, url_prefix="/drops/<slug>/units")
stock.register_error_handler(DomainError, refuse)

UNITS = ("studio/drops/units.html", "studio/drops/_units.html")


@stock.get("/edit")
def edit(slug: str) -> ResponseReturnValue:
    drop = access.own_drop(slug)
    return respond(*UNITS, form=units_form(drop)(formdata=None), drop=drop)


@stock.post("")
def update(slug: str) -> ResponseReturnValue:
    drop, creator = access.own_drop(slug), access.acting_creator()
    with accepting(units_form(drop)(), *UNITS, drop=drop) as form:
        declared = {sku.id: form[f"units-{sku.id}"].data for sku in drop.skus}
        commands.add_units(drop_id=drop.id, actor_id=creator.id, declared=declared)
    return see_other(address(slug))
