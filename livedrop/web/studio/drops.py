"""A creator's own drops: drafted, edited, published, moved and cancelled."""

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.drops import commands, queries
from livedrop.lib.errors import DomainError, NotFound
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.orders.queries import stock_of_drop
from livedrop.web import access, errors
from livedrop.web.storefront.drops import how_it_stands
from livedrop.web.studio.forms import CancellationForm, DropForm, ScheduleForm
from livedrop.web.studio.panels import drop_panel
from livedrop.web.words import words_for

drops = Blueprint("drops", __name__, url_prefix="/drops")

SHOW = ("studio/drops/show.html", "studio/drops/_panel.html")
NEW = ("studio/drops/new.html", "studio/drops/_form.html")
EDIT = ("studio/drops/edit.html", "studio/drops/_form.html")
PREVIEW = ("studio/drops/preview.html", "live/_drop_state.html")
SCHEDULE = ("studio/drops/schedule.html", "studio/drops/_schedule.html")
CANCELLATION = ("studio/drops/cancellation.html", "studio/drops/_cancellation.html")


@drops.get("")
def index() -> ResponseReturnValue:
    creator, cursor = access.own_creator(), request.args.get("cursor")
    found = queries.creator_drops(creator.id, cursor=cursor)
    zone = access.person().time_zone
    return render_template("studio/drops/index.html", drops=found, cursor=cursor, zone=zone)


@drops.get("/new")
def new() -> ResponseReturnValue:
    """An empty draft, or one like another drop of one's own: all but its times."""
    creator, like = access.own_creator(), request.args.get("like")
    drop = access.own_drop(like) if like else None
    return respond(*NEW, form=DropForm.fresh(creator, access.person(), drop), drop=None)


@drops.post("")
def create() -> ResponseReturnValue:
    creator = access.acting_creator()
    form = DropForm.sent(creator, access.person())
    if form.rows_changed():
        return respond(*NEW, form=form, drop=None)
    with accepting(form, *NEW, drop=None):
        drop_id = commands.draft(creator_id=creator.id, content=form.content)
    return see_other(address(queries.slug_of(drop_id)))


@drops.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The drop as it goes; htmx asks for its panel again and again while it is live."""
    return respond(*SHOW, **drop_panel(access.own_drop(slug)))


@drops.get("/<slug>/preview")
def preview(slug: str) -> ResponseReturnValue:
    """A draft as everybody would see it, were it published this moment."""
    drop = access.own_drop(slug)
    if not drop.skus or drop.published_at:
        raise NotFound
    stands = how_it_stands(replace(drop, published_at=drop.now), stock_of_drop(drop.id))
    stands |= {"here": url_for(".preview", slug=slug), "topic": None}
    return respond(*PREVIEW, history=[], next_drops=[], levels={}, **stands)


@drops.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    drop, creator = access.own_drop(slug), access.own_creator()
    return respond(*EDIT, form=DropForm.filled(creator, access.person(), drop), drop=drop)


@drops.put("/<slug>")
def update(slug: str) -> ResponseReturnValue:
    drop, creator = access.own_drop(slug), access.acting_creator()
    form = DropForm.sent(creator, access.person(), drop)
    if form.rows_changed():
        return respond(*EDIT, form=form, drop=drop)
    with accepting(form, *EDIT, drop=drop):
        commands.edit_draft(drop_id=drop.id, actor_id=creator.id, content=form.content)
    return see_other(address(slug))


@drops.post("/<slug>/publication")
def publish(slug: str) -> ResponseReturnValue:
    drop, creator = access.own_drop(slug), access.acting_creator()
    commands.publish(drop_id=drop.id, actor_id=creator.id)
    return see_other(address(slug))


@drops.get("/<slug>/schedule/edit")
def edit_schedule(slug: str) -> ResponseReturnValue:
    drop = access.own_drop(slug)
    form = ScheduleForm.of(drop, access.person(), formdata=None)
    return respond(*SCHEDULE, form=form, drop=drop)


@drops.post("/<slug>/schedule")
def reschedule(slug: str) -> ResponseReturnValue:
    drop, creator = access.own_drop(slug), access.acting_creator()
    with accepting(ScheduleForm.of(drop, access.person()), *SCHEDULE, drop=drop) as form:
        commands.reschedule(
            drop_id=drop.id,
            actor_id=creator.id,
            starts_at=form.starts_at.instant,
            ends_at=form.ends_at.instant,
        )
    return see_other(address(slug))


@drops.get("/<slug>/cancellation/new")
def new_cancellation(slug: str) -> ResponseReturnValue:
    drop = access.own_drop(slug)
    access.calling_off(drop)
    return respond(*CANCELLATION, form=CancellationForm(formdata=None), drop=drop)


@drops.post("/<slug>/cancellation")
def cancel(slug: str) -> ResponseReturnValue:
    drop = access.own_drop(slug)
    actor = access.calling_off(drop)
    with accepting(CancellationForm(), *CANCELLATION, drop=drop) as form:
        commands.cancel(drop_id=drop.id, actor_id=actor.user_id, reason=form.reason.data or "")
    return see_other(address(slug))


@drops.errorhandler(DomainError)
def refuse(no: DomainError) -> ResponseReturnValue:
    """The drop as it is now, with why not; only a conflict is answered differently here."""
    if no.status != 409:
        return errors.answer(no)
    drop = access.own_drop((request.view_args or {})["slug"])
    return respond(*SHOW, 409, **drop_panel(drop, words_for(no.code, 409)))


def address(slug: str) -> str:
    return f"/studio/drops/{slug}"
