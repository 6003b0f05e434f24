"""Products: everybody's to see, their creators' to change."""

from flask import Blueprint, Response
from pydantic import Field

from livedrop.lib.errors import NotFound
from livedrop.media.rules import MOST_PICTURES
from livedrop.products import commands
from livedrop.products.commands import DESCRIPTION_LENGTH, TITLE_LENGTH
from livedrop.products.queries import product_of_id, products_page
from livedrop.web import access
from livedrop.web.api import shapes
from livedrop.web.api.lists import Place
from livedrop.web.api.once import once
from livedrop.web.api.operations import List, Wish, operation, unless_changed
from livedrop.web.api.shapes import Id, Product

products = Blueprint("products", __name__)

ONE = {"product_id": "PRODUCT_ID"}


class NewProduct(Wish):
    title: str = Field(min_length=1, max_length=TITLE_LENGTH)
    description: str = Field("", max_length=DESCRIPTION_LENGTH)
    media_ids: list[Id] = Field(
        default=[], max_length=MOST_PICTURES, description="Pictures of mine, in their order."
    )


class ProductChange(Wish):
    title: str | None = Field(None, min_length=1, max_length=TITLE_LENGTH)
    description: str | None = Field(None, max_length=DESCRIPTION_LENGTH)
    media_ids: list[Id] | None = Field(None, max_length=MOST_PICTURES)


@products.get("/products")
@operation(List[Product], tag="Products", needs="", no=("bad-cursor",))
def index(query: Place) -> List[Product]:
    """All products, the newest first."""
    found = products_page(cursor=query.cursor, limit=query.limit)
    return List.model_construct(items=shapes.products(found.items), next_cursor=found.next_cursor)


@products.get("/products/<id:product_id>")
@operation(Product, tag="Products", needs="", no=("not-found",), replaced=ONE)
def show(product_id: int) -> Product:
    """One product."""
    return read(product_id)


@products.post("/products")
@operation(
    Product,
    201,
    tag="Products",
    key="taken",
    no=("suspended", "not-creator", "idempotency-key-invalid", "key-reused"),
    example={"title": "Harbour print", "description": "Two colours on heavy paper."},
)
def create(json: NewProduct) -> Response:
    """Add a product to my grid."""
    creator = access.acting_creator()
    return once(
        json,
        read,
        lambda key: commands.create(
            creator_id=creator.id,
            title=json.title,
            description=json.description,
            media_ids=[int(one) for one in json.media_ids],
            once=key,
        ),
    )


@products.patch("/products/<id:product_id>")
@operation(
    Product,
    tag="Products",
    no=("not-found", "suspended", "precondition-failed"),
    example={"description": "Three colours on heavy paper."},
    replaced=ONE,
)
def update(product_id: int, json: ProductChange) -> Product:
    """Change the words of a product of mine, or which pictures show it, in which order."""
    mine = access.own_product_of_id(product_id)
    access.actor()
    commands.edit(
        product_id=mine.id,
        creator_id=mine.creator_id,
        title=mine.title if json.title is None else json.title,
        description=mine.description if json.description is None else json.description,
        media_ids=None if json.media_ids is None else [int(one) for one in json.media_ids],
        still=unless_changed(lambda: read(mine.id)),
    )
    return read(mine.id)


def read(product_id: int) -> Product:
    card = product_of_id(product_id)
    if card is None:
        raise NotFound
    return shapes.products([card])[0]
