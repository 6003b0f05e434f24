"""A creator's own products."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.products import commands, queries
from livedrop.web import access
from livedrop.web.studio.forms import ProductForm

products = Blueprint("products", __name__, url_prefix="/products")

NEW = ("studio/products/new.html", "studio/products/_form.html")
EDIT = ("studio/products/edit.html", "studio/products/_form.html")


@products.get("")
def index() -> ResponseReturnValue:
    creator, cursor = access.own_creator(), request.args.get("cursor")
    found = queries.products_page(creator_id=creator.id, cursor=cursor)
    return render_template("studio/products/index.html", products=found, cursor=cursor)


@products.get("/new")
def new() -> ResponseReturnValue:
    access.own_creator()
    return respond(*NEW, form=ProductForm(formdata=None), product=None)


@products.post("")
def create() -> ResponseReturnValue:
    creator = access.acting_creator()
    with accepting(ProductForm(), *NEW, product=None) as form:
        commands.create(creator_id=creator.id, **form.values)
    return see_other("/studio/products")


@products.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    product = access.own_product(slug)
    return respond(*EDIT, form=ProductForm(formdata=None, obj=product), product=product)


@products.put("/<slug>")
def update(slug: str) -> ResponseReturnValue:
    product, creator = access.own_product(slug), access.acting_creator()
    with accepting(ProductForm(), *EDIT, product=product) as form:
        commands.edit(product_id=product.id, creator_id=creator.id, **form.values)
    return see_other("/studio/products")
