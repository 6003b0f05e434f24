"""One trace leads from the press of a button through the outbox to open pages (U52)."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from livedrop import wiring
from livedrop.lib import traces
from livedrop.lib.redis import connect
from livedrop.outbox.carefully import carefully
from livedrop.outbox.models import OutboxEvent
from livedrop.outbox.relay import relay
from livedrop.web.live import wire
from tests import factories
from tests.cast import Person
from tests.parallel import Queue, answers, stock_held
from tests.programs import run
from tests.rows import recorded, row
from tests.shopping import an_attempt

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
KNOWN = f"00-{TRACE}-{SPAN}-01"
PLACES = "POST /drops/<slug>/orders"


class Collector(ThreadingHTTPServer):
    """Takes spans over OTLP/HTTP, and keeps whoever brings some waiting while it is `stuck`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.url = f"http://127.0.0.1:{self.server_port}/v1/traces"
        self.sent = b""
        self.spans: list[Span] = []
        self.ready = threading.Event()
        self.ready.set()

    def take(self, body: bytes) -> None:
        self.sent += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans

    def named(self, name: str) -> Span:
        (found,) = (span for span in self.spans if span.name == name)
        return found


class Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.ready.wait(20)
        self.server.take(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.ready.set()
        traces.end()
        server.shutdown()


@pytest.fixture
def traced(app, make_app, collector):
    """The shop that sends its traces there."""
    return make_app(traces=collector.url)


def buy(app, ben, drop):
    """Ben presses the button; his browser, or what stands before us, says which trace it is of."""
    page = Person(app, ben.user).page
    form = page.get(f"/drops/{drop.slug}/orders/new")
    page.client.environ_base["HTTP_TRACEPARENT"] = KNOWN
    return form.submit("#order-form", 303)


def work_off(app, config):
    """What relay, worker and web process do with what happened; the topic they told."""
    queues, pusher, redis = (
        wiring.queues(config),
        wiring.pusher(config),
        connect(config.redis_url, 2),
    )
    ears = redis.pubsub(ignore_subscribe_messages=True)
    ears.subscribe(wire.channel(redis))
    with app.app_context():
        relay(wiring.HEARERS, queues.enqueue, 10, pusher.note)
        pusher.push()
    queues.serve("audit", around=app.app_context, run=carefully, burst=True)
    while (said := ears.get_message(timeout=5)) is None:
        continue
    app.extensions["hub"]._take(said)
    redis.close()
    return wire.Message.decoded(said["data"]).topic


def test_one_trace_leads_from_the_press_to_the_audit_entry_and_to_open_pages(
    traced, collector, config, ada, ben
):
    drop = factories.a_live_drop(ada.creator)
    buy(traced, ben, drop)
    assert work_off(traced, config) == f"drop:{drop.id}"
    traces.end()
    press, batch = collector.named(PLACES), collector.named("orders batch")
    assert (press.trace_id.hex(), press.parent_span_id.hex()) == (TRACE, SPAN)
    assert [link.span_id for link in batch.links] == [press.span_id]
    follow = ["orders batch", "outbox relay", "job audit", "live push"]
    steps = [collector.named(name) for name in follow]
    assert {step.trace_id.hex() for step in steps} == {TRACE}
    assert {step.parent_span_id for step in steps} == {press.span_id}
    assert collector.named("live tell").parent_span_id == collector.named("live push").span_id
    facts = {one.key: one.value for one in press.attributes}
    assert facts["http.route"].string_value == "/drops/<slug>/orders"
    assert facts["http.response.status_code"].int_value == 303
    for private in (ben.email, ben.user.handle, drop.slug, "127.0.0.1", "INSERT"):
        assert private.encode() not in collector.sent


def test_a_batch_of_several_is_linked_to_the_request_of_each(traced, collector):
    drop, queue = factories.a_live_drop(quantity=3), Queue(traced)
    asked = [f"00-{number:032x}-{number:016x}-01" for number in (1, 2, 3)]
    with stock_held(drop):  # the first waits alone, the others meanwhile for the next batch
        heard = [queue.comes(an_attempt(factories.a_user(), drop, trace=trace)) for trace in asked]
    answers(heard)
    traces.end()
    linked = [[int(link.trace_id.hex(), 16) for link in span.links] for span in collector.spans]
    assert sorted(linked) == [[1], [2, 3]]
    assert {one.trace for one in recorded("OrderPlaced")} == set(asked)


def test_what_a_stranger_says_is_believed_as_far_as_it_can_be_read(traced, collector):
    with traces.request("GET", "00-none of it") as span:
        assert span
        assert span.parent is None
        assert traces.current()
    with traces.request("GET", KNOWN[:-1] + "0"):  # which is not traced there
        assert traces.current() is None
        assert traces.after("job", [None, traces.current()]) is traces.NOTHING


def test_of_an_error_its_kind_is_told_and_none_of_its_words(traced, collector):
    with pytest.raises(ValueError, match="ben@"), traces.request("GET", None):
        raise ValueError("ben@livedrop.test")
    traces.end()
    (span,) = collector.spans
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert b"ValueError" in collector.sent
    assert b"ben@" not in collector.sent


def test_while_nobody_takes_them_nothing_waits_and_the_oldest_are_forgotten(
    traced, collector, ada, ben
):
    collector.ready.clear()
    for _ in range(6000):
        with traces.request("early", None):
            pass
    assert buy(traced, ben, factories.a_live_drop(ada.creator)).status == 303
    collector.ready.set()
    traces.end()
    assert collector.named(PLACES)
    assert len(collector.spans) < 6000


def test_nothing_waits_for_a_collector_that_is_not_there(app, make_app, ada, ben):
    there = make_app(traces="http://127.0.0.1:9/v1/traces")
    assert buy(there, ben, factories.a_live_drop(ada.creator)).status == 303
    traces.end()


def test_switched_off_nothing_is_read_sent_or_kept(app, ada, ben):
    """The control of the first."""
    buy(app, ben, factories.a_live_drop(ada.creator))
    assert row(OutboxEvent, kind="OrderPlaced").trace is None
    assert traces.request("GET", KNOWN) is traces.after("job", [KNOWN]) is traces.NOTHING


LOADED = """
import sys
from livedrop import create_app
create_app()
print(any(name in sys.modules for name in ("opentelemetry.sdk.trace", "google.protobuf")))
"""


@pytest.mark.parametrize(("endpoint", "loaded"), [("", "False"), ("http://127.0.0.1:9", "True")])
def test_what_traces_is_loaded_only_where_it_is_wanted(config, endpoint, loaded):
    """The client of Redis loads what OpenTelemetry has for metrics, wherever that is installed."""
    said = run(config, (sys.executable, "-c", LOADED), traces=endpoint)
    assert said.stdout.strip() == loaded, said.stderr
