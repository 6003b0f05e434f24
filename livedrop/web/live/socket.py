"""The way in: who may listen to what is decided before the socket opens."""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from secrets import token_hex
from threading import Thread
from uuid import UUID

from flask import Blueprint, Flask, current_app, g, request
from simple_websocket import Server

from livedrop.accounts import queries
from livedrop.accounts.queries import SignedIn
from livedrop.config import Config
from livedrop.extensions import db, sock
from livedrop.grants.commands import take_ticket
from livedrop.insights.commands import count_watching
from livedrop.lib import security
from livedrop.lib.db import unavailable
from livedrop.lib.errors import NotFound
from livedrop.lib.http import caller
from livedrop.notifications.queries import readers_among
from livedrop.web import access, session
from livedrop.web.live import wire
from livedrop.web.live.hub import Hub, Limits
from livedrop.web.live.line import Line

live = Blueprint("live", __name__)

MOST = 5  # topics of one socket


class Inert(Thread):
    """Takes the place of the library's reader, which keeps all it is sent and writes without
    looking how much was taken."""

    def start(self) -> None: ...


def init_app(app: Flask, config: Config) -> None:
    app.config["SOCK_SERVER_OPTIONS"] = {"thread_class": Inert}
    limits = Limits(sockets=config.sockets)
    if config.load_test:
        limits = Limits(sockets=config.sockets, of_person=None, of_address=None)

    def standing(sign_ins: Collection[UUID]) -> set[UUID]:
        with app.app_context(), unavailable():
            return queries.standing(sign_ins)

    def readers(news_id: int, people: Collection[int]) -> set[int]:
        with app.app_context(), unavailable():
            return readers_among(news_id, people)

    def forget(user_id: int) -> None:
        with app.app_context():
            session.memory().forget_person(user_id)

    def watched(sockets: Mapping[int, int]) -> None:
        with app.app_context():
            count_watching(process, sockets)

    process = token_hex(8)
    app.extensions["hub"] = Hub(
        config.redis_url,
        limits,
        ping_seconds=config.ping_seconds,
        standing=standing,
        readers=readers,
        forget=forget,
        watched=watched,
    )


@live.before_request
def admit() -> None:
    """Refuse other sites' pages, those who have too many, and what may not be heard.

    An app says who it is by a ticket, which no other site's page could have; then its cookies, if
    there are any, count for nothing.
    """
    if ticket := request.args.get("ticket"):
        session.claim(take_ticket(ticket=ticket))
    elif not security.is_ours(request.headers.get("Origin")):
        raise security.Forged
    # Compressed, each socket would cost a hundred kilobytes, and ten bytes could be a megabyte.
    request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    person = None if session.look() else session.current()  # nobody hears what is for another
    g.person = person if person and not person.suspended else None
    g.topics = _topics(g.person)
    g.place = ExitStack()
    g.place.enter_context(hub().place(caller(), g.person and g.person.user_id))


@live.teardown_request
def leave(_: BaseException | None) -> None:
    place: ExitStack | None = g.pop("place", None)
    if place:
        place.close()


@sock.route("/live", bp=live)  # type: ignore[untyped-decorator]  # it comes without types
def listen(opened: Server) -> None:
    """Be told what happens to some topics, named in the address, until one side closes."""
    line = Line(opened.sock, g.topics, g.person)
    try:
        with hub().listening(line):  # at once: whoever was told that it is open, hears
            db.session.remove()  # it may stay for hours, its connection to the database need not
            line.read(opened.ws)
    finally:
        opened.connected = False  # all goodbyes are said


def hub() -> Hub:
    here: Hub = current_app.extensions["hub"]
    return here


def _topics(person: SignedIn | None) -> frozenset[str]:
    """What is asked for, if it may be heard, and what is for this person. Raises `NotFound`."""
    asked = [name for name in request.args.getlist("topic") if name]
    if len(asked) > MOST:
        raise NotFound
    topics = {_topic(*name.partition(":")[::2]) for name in asked}
    return frozenset(topics | {wire.person(person.user_id)} if person else topics)


def _topic(kind: str, name: str) -> str:
    if kind == "drop":
        return wire.drop(access.known_drop(name).id)
    if kind == "creator":
        return wire.creator(access.own_creator().id)
    raise NotFound
