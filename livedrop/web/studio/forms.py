"""What creators type: their profile, their products, and all that a drop says and offers."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import NumberRange

from livedrop.accounts.queries import SignedIn
from livedrop.creators.queries import CreatorCard
from livedrop.drops.queries import DropPage
from livedrop.drops.rules import (
    LIMITS,
    MOST_SKUS,
    SKU_NAME_LENGTH,
    STORY_LENGTH,
    TITLE_LENGTH,
    WINDOWS,
    Draft,
    SkuDraft,
)
from livedrop.lib import money, zones
from livedrop.lib.checks import REASON_LENGTH
from livedrop.lib.forms import Form
from livedrop.media.commands import look_at
from livedrop.media.rules import ALT_LENGTH, HEAVIEST
from livedrop.products.queries import product_choices
from livedrop.web.studio.times import InstantField

WHOLE = "A whole number, please."


class WholeNumber(IntegerField):
    """A number that must be there; says in our words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0])
        except (IndexError, ValueError):
            self.data = None
            raise ValueError(WHOLE) from None


ALT = "For people who do not see it, and while it loads."


class PictureForm(Form):
    file = FileField(
        "Picture",
        description=f"JPEG, PNG or WebP, at most {HEAVIEST // 2**20} MB.",
        render_kw={"accept": "image/jpeg,image/png,image/webp", "required": True},
    )
    alt = StringField(
        "What it shows",
        description=ALT,
        render_kw={"maxlength": ALT_LENGTH, "required": True, "autocomplete": "off"},
    )

    @property
    def values(self) -> dict[str, Any]:
        """Raises `Invalid` with all that is wrong with the file or the words."""
        sent = self.file.data
        file = None if isinstance(sent, str) else sent  # words in its place are no file
        return {"upload": look_at(file), "alt": self.alt.data or ""}


class WordsForm(Form):
    alt = StringField(
        "What it shows",
        description=ALT,
        render_kw={"maxlength": ALT_LENGTH, "required": True, "autocomplete": "off"},
    )


class ProfileForm(Form):
    display_name = StringField(
        "Name", description="As shoppers know you.", render_kw={"maxlength": 60, "required": True}
    )
    bio = TextAreaField(
        "About you", description="Optional.", render_kw={"rows": 5, "maxlength": 2000}
    )
    time_zone = SelectField(
        "Time zone",
        description="The clocks you plan your drops by.",
        choices=lambda: [SelectChoice(name) for name in zones.zone_names()],
    )

    @classmethod
    def of(cls, person: SignedIn, creator: CreatorCard | None) -> "ProfileForm":
        """The profile as it stands; somebody new starts with the name of their account."""
        known = {
            "display_name": creator.display_name if creator else person.display_name,
            "bio": creator.bio if creator else "",
            "time_zone": person.time_zone,
        }
        return cls(formdata=None, data=known)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "display_name": self.display_name.data or "",
            "bio": self.bio.data or "",
            "time_zone": self.time_zone.data,
        }


class ProductForm(Form):
    title = StringField("Title", render_kw={"maxlength": 120, "required": True})
    description = TextAreaField(
        "Description", description="Optional.", render_kw={"rows": 6, "maxlength": 5000}
    )

    @property
    def values(self) -> dict[str, Any]:
        return {"title": self.title.data or "", "description": self.description.data or ""}


class CancellationForm(Form):
    reason = TextAreaField(
        "Reason",
        description="Everybody can read it on the drop's page.",
        render_kw={"rows": 3, "maxlength": REASON_LENGTH, "required": True},
    )


class ScheduleForm(Form):
    """When a drop starts and ends, in its creator's own time."""

    starts_at = InstantField("Start")
    ends_at = InstantField("End")

    @classmethod
    def of(cls, drop: DropPage, person: SignedIn, **settings: Any) -> "ScheduleForm":
        form = cls(data={"starts_at": drop.starts_at, "ends_at": drop.ends_at}, **settings)
        form.beside(ZoneInfo(person.time_zone))
        return form

    def beside(self, zone: ZoneInfo) -> None:
        self.starts_at.beside(zone)
        self.ends_at.beside(zone)


def units_form(drop: DropPage) -> type[Form]:
    """A field for each SKU of a drop: how many units it promises in all."""

    class UnitsForm(Form):
        """Fields are named as the room names them in what it refuses: `units-<SKU id>`."""

    for sku in drop.skus:
        fewest = f"At least {sku.declared:,}: what was promised stays promised."
        field = WholeNumber(
            f"{sku.product_title}, {sku.name}: units in all",
            [NumberRange(min=sku.declared, message=fewest)],
            default=sku.declared,
        )
        setattr(UnitsForm, f"units-{sku.id}", field)
    return UnitsForm


class SkuForm(PlainForm):
    """One row of what a drop offers: read as text, so that nothing typed is lost with a row."""

    name = StringField("Name", render_kw={"maxlength": SKU_NAME_LENGTH, "required": True})
    product = SelectField("Product")
    price = StringField("Price", render_kw={"inputmode": "decimal", "required": True, "size": 8})
    quantity = StringField("Units", render_kw={"inputmode": "numeric", "required": True, "size": 8})

    def read(self, currency: str) -> bool:
        """Understand price and quantity; the price depends on the currency."""
        try:
            self.minor_units = money.parse_minor_units(self.price.data or "", currency)
        except (ValueError, KeyError):
            example = money.Money(4500, "EUR").decimal
            self.price.errors = [*self.price.errors, f"A price such as {example}, please."]
        try:
            self.units = int(self.quantity.data or "")
        except ValueError:
            self.quantity.errors = [*self.quantity.errors, WHOLE]
        return not (self.price.errors or self.quantity.errors)

    @property
    def offered(self) -> SkuDraft:
        return SkuDraft(
            name=self.name.data or "",
            price=self.minor_units,
            quantity=self.units,
            product_id=int(self.product.data) if self.product.data else None,
        )


class DropForm(ScheduleForm):
    """All a draft says and offers; rows of SKUs come and go by buttons of their own."""

    title = StringField("Title", render_kw={"maxlength": TITLE_LENGTH, "required": True})
    story = TextAreaField(
        "Story", description="Optional.", render_kw={"rows": 6, "maxlength": STORY_LENGTH}
    )
    starts_at = InstantField("Start")
    ends_at = InstantField("End")
    currency = SelectField(
        "Currency", choices=[SelectChoice(code) for code in sorted(money.EXPONENTS)], default="EUR"
    )
    limit_per_customer = WholeNumber(
        "Limit per customer",
        default=1,
        description="Units one person can get from this drop.",
        render_kw={"min": LIMITS[0], "max": LIMITS[1]},
    )
    payment_window_seconds = WholeNumber(
        "Payment window",
        default=90,
        description="Seconds in which an order must be paid before its units are free again.",
        render_kw={"min": WINDOWS[0], "max": WINDOWS[1]},
    )
    ships = BooleanField("It is shipped: ask for an address. Prices include shipping.")
    skus = FieldList(FormField(SkuForm), max_entries=MOST_SKUS)

    products: list[tuple[str, str]]
    creator: CreatorCard  # whose it is
    version = ""  # of the draft it was filled from: another one when it was saved since

    @classmethod
    def fresh(
        cls, creator: CreatorCard, person: SignedIn, like: DropPage | None = None
    ) -> "DropForm":
        """An empty form with one row, or one filled like another drop, but for its times."""
        if like:
            return cls(formdata=None, data=cls._as_it_stands(like))._for(creator, person)
        form = cls(formdata=None)
        form.skus.append_entry()
        return form._for(creator, person)

    @classmethod
    def filled(cls, creator: CreatorCard, person: SignedIn, drop: DropPage) -> "DropForm":
        """The form as the draft stands."""
        times = {"starts_at": drop.starts_at, "ends_at": drop.ends_at}
        stands = cls._as_it_stands(drop) | times
        form = cls(formdata=None, data=stands)._for(creator, person)
        form.version = blake2b(repr(stands).encode(), digest_size=8).hexdigest()
        return form

    @staticmethod
    def _as_it_stands(drop: DropPage) -> dict[str, Any]:
        rows = [
            {
                "name": sku.name,
                "product": str(sku.product_id),
                "price": sku.price.decimal,
                "quantity": sku.declared,
            }
            for sku in drop.skus
        ]
        same = ("title", "story", "currency", "limit_per_customer")
        more = ("payment_window_seconds", "ships")
        return {name: getattr(drop, name) for name in (*same, *more)} | {"skus": rows}

    @classmethod
    def sent(
        cls, creator: CreatorCard, person: SignedIn, drop: DropPage | None = None
    ) -> "DropForm":
        """The form as it was sent; `drop` is the draft it is about, if there is one."""
        times = {"starts_at": drop.starts_at, "ends_at": drop.ends_at} if drop else {}
        return cls(data=times)._for(creator, person)

    def _for(self, creator: CreatorCard, person: SignedIn) -> "DropForm":
        self.creator = creator
        own = [SelectChoice(str(number), title) for number, title in product_choices(creator.id)]
        self.products = [SelectChoice("", "A new one, called like the drop"), *own]
        for row in self.skus:
            row.form.product.choices = self.products
        self.beside(ZoneInfo(person.time_zone))
        return self

    def rows_changed(self) -> bool:
        """Whether the form was sent by a button that adds a row or takes one away; then do so.

        Or by a browser that kept what was typed (static/js/draft.js): then all rows stay.
        """
        pressed = request.form.get("rows", "")
        rows = [row.data for row in self.skus]
        if pressed == "add":
            self._replace_rows([*rows, {}][:MOST_SKUS])
        elif pressed:
            self._replace_rows([row for n, row in enumerate(rows) if str(n) != pressed])
        return bool(pressed)

    def _replace_rows(self, rows: list[dict[str, Any]]) -> None:
        while len(self.skus):
            self.skus.pop_entry()
        self.skus.last_index = -1
        for row in rows:
            self.skus.append_entry(row)
            self.skus[-1].form.product.choices = self.products

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        return all([fine, *(row.form.read(self.currency.data) for row in self.skus)])

    def refuse(self, errors: Mapping[str, str]) -> None:
        """What is said of the n-th SKU stands beside the fields of the n-th row."""
        of_rows = {field.name: field for row in self.skus for field in row.form}
        for name, words in errors.items():
            if field := of_rows.get(name):
                field.errors = [*field.errors, words]
            elif name == "skus":
                self.form_errors.append(words)
            else:
                super().refuse({name: words})

    @property
    def refusals(self) -> list[tuple[str | None, str]]:
        """As of any form, with what is wrong in the rows at the end."""
        own = [(field, words) for field, words in super().refusals if field != "skus"]
        in_rows = ((field.id, field.errors) for row in self.skus for field in row.form)
        return own + [(field, str(words)) for field, errors in in_rows for words in errors]

    @property
    def content(self) -> Draft:
        """What was typed, once it is validated."""
        return Draft(
            title=self.title.data or "",
            story=self.story.data or "",
            starts_at=self.starts_at.instant,
            ends_at=self.ends_at.instant,
            currency=self.currency.data,
            limit_per_customer=self.limit_per_customer.data or 0,
            payment_window_seconds=self.payment_window_seconds.data or 0,
            ships=self.ships.data,
            skus=[row.form.offered for row in self.skus],
        )
