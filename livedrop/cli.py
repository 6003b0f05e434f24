"""The `flask` commands: processes that run until they are stopped, and jobs for an operator."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, make_server

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from livedrop import reconcile, wiring
from livedrop.accounts import commands as accounts
from livedrop.accounts.queries import id_by_email
from livedrop.audit import commands as audit
from livedrop.audit import verify
from livedrop.config import configuration
from livedrop.deliveries import commands as deliveries
from livedrop.deliveries import queries as delivered
from livedrop.deliveries.jobs import ask as ask_for_mail
from livedrop.drops import commands as drops
from livedrop.grants import commands as grants
from livedrop.idempotency import commands as idempotency
from livedrop.insights import commands as insights
from livedrop.lib import logs, metrics
from livedrop.lib.chunks import in_turns, through
from livedrop.lib.errors import DomainError, Invalid, NotFound
from livedrop.lib.loop import Chore, run_until_stopped
from livedrop.media import commands as media
from livedrop.notifications import commands as notifications
from livedrop.orders import commands as orders
from livedrop.outbox import commands as outbox
from livedrop.outbox.queries import dead_letters
from livedrop.outbox.relay import relay
from livedrop.payments.pretend import commands as operations
from livedrop.payments.pretend.deliver import messenger
from livedrop.seed import commands as seeds
from livedrop.seed.launch_day import LAUNCH_DAY
from livedrop.web.readings import readings
from livedrop.web.services import service_token

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Let `app` know its commands."""
    processes = (relay_events, tick, pretend, serve_metrics)
    people = (suspend, restore, sign_out, appoint, dismiss, refund, show_deliveries)
    trail = (audit_trail,)
    letters = (show_dead_letters, requeue, discard)
    tables = (seed_world, reconcile_tables, purge)
    for command in (*processes, *tables, *people, *letters, *trail, make_service_token):
        app.cli.add_command(command)


# --- processes ---


@click.command("relay")
@with_appcontext
def relay_events() -> None:
    """Hand over what happened to whoever hears it, jobs and open pages, and ask for mail to be
    sent, until stopped."""
    config = configuration()
    queues, pusher = wiring.queues(config), wiring.pusher(config)

    def hand_over() -> int:
        return relay(wiring.HEARERS, queues.enqueue, config.lease_seconds, pusher.note)

    _keep_doing(
        "relay",
        chore("relay", hand_over, pause=0.1),
        chore("ask for mail", lambda: ask_for_mail(queues), pause=0.5),
        chore("push", pusher.push, pause=0.2),
        chore("beat", pusher.beat, pause=2.0),
    )


@click.command("tick")
@with_appcontext
def tick() -> None:
    """Do what is due by the clock, until stopped.

    Nobody waits for this: drops open, orders lapse and units are free without it.
    """
    _keep_doing(
        "tick",
        chore("lapse orders", orders.lapse_due, pause=0.5),
        chore("serve lines", orders.serve_lines, pause=0.5),
        chore("announce drops", drops.announce_due, pause=0.5),
        chore("sum up days", notifications.end_days, pause=60),
        chore("ask for payments again", _resend_payments, pause=0.5),
        chore("watch stock", _watch_stock, pause=60),
        chore("check the audit trail", audit.check_on, pause=1.0),
        chore("purge events", in_turns(outbox.purge), pause=60),
        chore("purge keys", idempotency.purge, pause=60),
        chore("purge tickets", grants.purge, pause=60),
        chore("purge addresses", accounts.purge_addresses, pause=3600),
        chore("purge watching", insights.purge_watching, pause=60),
        chore("purge refusals", insights.purge_refusals, pause=3600),
        chore("purge turned away", insights.purge_turned_away, pause=3600),
        chore("purge lines", orders.purge_lines, pause=3600),
        chore("purge pictures", media.purge, pause=60),
        chore("sweep pictures", _sweep_pictures, pause=86400),
    )


@click.command("pretend")
@with_appcontext
def pretend() -> None:
    """Be the payment provider: tell what became of payments, until stopped."""
    config = configuration()
    deliver = messenger(f"{config.url.rstrip('/')}/payments/callbacks", config.secret_key)
    _keep_doing(
        "pretend",
        chore("deliver callbacks", deliver, pause=0.1),
        chore("purge operations", operations.purge, pause=60),
    )


def chore(name: str, step: Callable[[], object], *, pause: float) -> Chore:
    """A chore of the present application, each time with a database session of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> object:
        with app.app_context():
            return step()

    return Chore(name, run, pause)


def _sweep_pictures() -> None:
    """Says nothing of how many: looking again at once would find none."""
    media.sweep()


def _watch_stock() -> None:
    """Says nothing of what it found: looking again at once would find the same."""
    reconcile.watch_stock()


@click.command("serve-metrics")
@click.option("--bind", default="127.0.0.1:9464", help="Where, on this machine.")
@with_appcontext
def serve_metrics(bind: str) -> None:
    """Tell Prometheus on this machine what its processes count, until stopped.

    It asks for no token, so it is to be reached from this machine only. What they count they write
    down where PROMETHEUS_MULTIPROC_DIR says, which has to be the same for all of them.
    """
    host, _, port = bind.rpartition(":")
    if not host or not ip_address(host.strip("[]")).is_loopback:
        raise click.ClickException("Whoever reaches it is told everything: bind it to loopback.")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    logs.rename("metrics")

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        with app.app_context():
            text = metrics.exposition(readings())
        start_response("200 OK", [("Content-Type", metrics.CONTENT_TYPE_LATEST)])
        return [text]

    with make_server(host.strip("[]"), int(port), answer, handler_class=Quiet) as server:
        log.info("begins")
        server.serve_forever()


class Quiet(WSGIRequestHandler):
    """Does not write down who asked: nobody but Prometheus does."""

    def log_message(self, *words: Any) -> None: ...


def _keep_doing(process: str, *chores: Chore) -> None:
    logs.rename(process)
    log.info("begins")
    run_until_stopped(chores)
    log.info("ends")


def _resend_payments() -> None:
    """Says nothing of how many: what was asked again is not answered any faster by asking more."""
    orders.resend_open()


# --- for an operator ---


class AnchorType(click.ParamType[verify.Anchor]):
    """The end of an audit trail, as it is printed."""

    name = "id:hash"

    def convert(self, value: str, param: object, ctx: object) -> verify.Anchor:
        try:
            return verify.Anchor.parse(value)
        except ValueError:
            self.fail("it looks like 17:5e8f..., as reconcile prints it")


ANCHOR = AnchorType()
REASON = click.option("--reason", required=True, help="What the audit trail will say.")


@click.command("seed")
@click.option("--fresh", is_flag=True, help="Empty the database first.")
@with_appcontext
def seed_world(fresh: bool) -> None:
    """Make the demo world `launch-day`, unless somebody lives here already."""
    if configuration().env == "production":
        raise click.ClickException("Everybody knows the demo's password: not in production.")
    made = seeds.seed(world=LAUNCH_DAY, fresh=fresh)
    click.echo("The demo world is made." if made else "Somebody lives here: nothing was changed.")


@click.command("reconcile")
@click.option("--anchor", type=ANCHOR, help="An end of the audit trail that was printed earlier.")
@with_appcontext
def reconcile_tables(anchor: verify.Anchor | None) -> None:
    """Prove from the tables that everything adds up, or say what does not and exit with 1."""
    wrong = list(reconcile.problems(anchor))
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        raise click.exceptions.Exit(1)
    looked_at = ", ".join(f"{number:,} {name}" for name, number in reconcile.counts().items())
    click.echo(f"Everything adds up: {looked_at}.")
    click.echo(f"The audit trail ends at {verify.head()}")


@click.group("audit")
def audit_trail() -> None:
    """The audit trail: its end, and whether it is what was written."""


@audit_trail.command("head")
@with_appcontext
def audit_head() -> None:
    """Print the end of the trail, to be kept elsewhere: whoever cuts or rewrites it is found by
    that."""
    click.echo(verify.head())


@audit_trail.command("verify")
@click.option("--anchor", type=ANCHOR, help="An end of the trail that was kept elsewhere.")
@with_appcontext
def audit_verify(anchor: verify.Anchor | None) -> None:
    """Read the whole trail and say where it is not what was written, or exit with 1."""
    wrong = False
    for sentence in verify.problems(anchor):
        wrong = True
        click.echo(sentence)
    if wrong:
        raise click.exceptions.Exit(1)
    click.echo(f"The audit trail is whole and ends at {verify.head()}")


FINISHED = (
    ("keys", idempotency.purge),
    ("operations", operations.purge),
    ("tickets", grants.purge),
    ("addresses", accounts.purge_addresses),
    ("refusals", insights.purge_refusals),
    ("people turned away", insights.purge_turned_away),
    ("watching", insights.purge_watching),
    ("places in line", orders.purge_lines),
    ("pictures", media.purge),
    ("files of pictures", media.sweep),
)


@click.command("purge")
@with_appcontext
def purge() -> None:
    """Forget what is finished and old enough now, instead of bit by bit."""
    click.echo(f"{through(outbox.purge)} events forgotten")
    for name, forget in FINISHED:
        click.echo(f"{_total(forget)} {name} forgotten")


@click.command("suspend")
@click.argument("email")
@REASON
@with_appcontext
def suspend(email: str, reason: str) -> None:
    """Leave a person nothing but reading; every process knows within seconds."""
    with said():
        accounts.suspend(user_id=user_id_of(email), reason=reason)
    click.echo(f"{email} is suspended")


@click.command("restore")
@click.argument("email")
@REASON
@with_appcontext
def restore(email: str, reason: str) -> None:
    """Undo a suspension."""
    with said():
        accounts.restore(user_id=user_id_of(email), reason=reason)
    click.echo(f"{email} may do everything again")


@click.command("sign-out")
@click.argument("email")
@REASON
@with_appcontext
def sign_out(email: str, reason: str) -> None:
    """End all sign-ins of a person; every process knows within seconds."""
    with said():
        count = accounts.end_sign_ins(user_id=user_id_of(email), reason=reason)
    click.echo(f"{count} sign-ins of {email} have ended")


@click.command("appoint")
@click.argument("email")
@REASON
@with_appcontext
def appoint(email: str, reason: str) -> None:
    """Let a person look after the house, at /admin."""
    with said():
        accounts.appoint(user_id=user_id_of(email), reason=reason)
    click.echo(f"{email} is an admin")


@click.command("dismiss")
@click.argument("email")
@REASON
@with_appcontext
def dismiss(email: str, reason: str) -> None:
    """Let a person look after the house no more; every process knows within seconds."""
    with said():
        accounts.dismiss(user_id=user_id_of(email), reason=reason)
    click.echo(f"{email} is no admin")


@click.command("refund")
@click.argument("order_id", type=click.UUID)
@REASON
@with_appcontext
def refund(order_id: UUID, reason: str) -> None:
    """Take a confirmed order back and return its money."""
    with said():
        orders.refund(order_id=order_id, reason=reason)
    click.echo(f"The money of order {order_id} is on its way back")


@click.command("deliveries")
@click.option("--dead", is_flag=True, required=True, help="Those that will not be tried again.")
@click.option("--requeue", is_flag=True, help="Try them all again.")
@with_appcontext
def show_deliveries(dead: bool, requeue: bool) -> None:
    """List the latest hundred mails that nobody took, or try all such again."""
    if requeue:
        click.echo(f"{deliveries.revive()} mails will be tried again")
        return
    for one in delivered.dead(100):
        click.echo(
            f"{one.planned_at:%Y-%m-%d %H:%M} {one.email} {one.kind},"
            f" attempt {one.attempts}: {one.last_error}"
        )


@click.command("dead-letters")
@with_appcontext
def show_dead_letters() -> None:
    """List the jobs that were given up, the oldest first."""
    for one in dead_letters():
        click.echo(
            f"{one.dead_at:%Y-%m-%d %H:%M} event {one.event_id} {one.job}: {one.kind} of"
            f" {one.subject}, {one.attempts} attempts: {one.last_error}"
        )


@click.command("requeue")
@click.argument("event_id", type=int)
@click.argument("job")
@with_appcontext
def requeue(event_id: int, job: str) -> None:
    """Try a job again that was given up for an event."""
    with _no_such_letter(event_id, job):
        outbox.requeue(event_id=event_id, job=job)
    click.echo(f"{job} will be tried again with event {event_id}")


@click.command("discard")
@click.argument("event_id", type=int)
@click.argument("job")
@REASON
@with_appcontext
def discard(event_id: int, job: str, reason: str) -> None:
    """Do without a job that was given up for an event."""
    with _no_such_letter(event_id, job):
        outbox.discard(event_id=event_id, job=job, reason=reason)
    click.echo(f"{job} will never be done for event {event_id}")


@click.command("service-token")
@click.option("--for", "service", default="operator", help="Which service will show it.")
@with_appcontext
def make_service_token(service: str) -> None:
    """Print a token for one call of /metrics or /readyz within the next minute."""
    click.echo(service_token(service))


@contextmanager
def _no_such_letter(event_id: int, job: str) -> Iterator[None]:
    with said():
        try:
            yield
        except NotFound as no:
            raise click.ClickException(f"No dead letter of {job} for event {event_id}.") from no


WHY_NOT = {
    "is-suspended": "They are suspended: restore them first.",
    "not-discardable": "The audit trail leaves nothing out: requeue it.",
    "not-refundable": "It cannot be refunded now: only what is paid is, and one refund at a time.",
    "orders-open": "Not now: something is ordered and not paid yet. It lapses by itself.",
    "selling": "Not now: a drop of theirs is on or to come. Cancel it first.",
}


@contextmanager
def said() -> Iterator[None]:
    """Say why what was asked for is not done."""
    try:
        yield
    except Invalid as no:
        raise click.ClickException(" ".join(no.errors.values())) from no
    except DomainError as no:
        raise click.ClickException(WHY_NOT.get(no.code, f"That is not done: {no.code}.")) from no


def user_id_of(email: str) -> int:
    """Who has this address."""
    user_id = id_by_email(email)
    if user_id is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return user_id


def _total(forget: Callable[[], int]) -> int:
    total = 0
    while some := forget():
        total += some
    return total
