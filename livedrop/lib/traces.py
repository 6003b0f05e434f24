"""Traces: what followed from one request, in which process, and how long each step took.

Off until `begin`: nothing that traces is even imported, and whoever calls this is answered after
one look at a variable. A trace is handed on as its `traceparent` (W3C), a short text, beside
what is handed on anyway. Nothing here fails or waits: what cannot be sent in time is forgotten.

Names and facts of spans are ours: no address, no value of a statement, no words of an error.
"""

import atexit
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, SpanContext

PATIENCE = 2.0  # seconds for some spans to be taken; when a process ends, for all that are left
MOST = 100  # traces that one step says it follows from
NOTHING: AbstractContextManager[None] = nullcontext()

_on: "tuple[TracerProvider, SpanExporter] | None" = None


def begin(endpoint: str, *, service: str) -> None:
    """Send the spans of this process to `endpoint` from now on, OTLP over HTTP: some at a time, by
    a thread of its own. 2048 may wait there; of more, the oldest are forgotten.

    `OTEL_TRACES_SAMPLER` says how many requests are traced, `OTEL_EXPORTER_OTLP_HEADERS` what the
    other side asks to be told.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _on
    end()
    exporter = OTLPSpanExporter(endpoint, timeout=PATIENCE)
    resource = Resource.create({"service.name": service})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _on = provider, exporter
    atexit.register(end)


def end() -> None:
    """Send what waits, but not for long, and no more from now on."""
    global _on
    if _on is None:
        return
    (provider, exporter), _on = _on, None
    late = Timer(PATIENCE, exporter.shutdown)  # or it would go on trying for half a minute
    late.daemon = True
    late.start()
    provider.shutdown()
    late.cancel()
    atexit.unregister(end)


def on() -> bool:
    return _on is not None


def current() -> str | None:
    """The trace of the step under way, to be handed on; None if there is none."""
    if _on is None:
        return None
    from opentelemetry.trace import get_current_span

    here = get_current_span().get_span_context()
    if not here.is_valid or not here.trace_flags.sampled:
        return None
    return f"00-{here.trace_id:032x}-{here.span_id:016x}-01"


def request(
    name: str, parent: str | None, **facts: str | int
) -> "AbstractContextManager[Span | None]":
    """The step of answering a request, as part of the trace that it says it belongs to, if any."""
    if _on is None:
        return NOTHING
    return _step(name, _read(parent), facts, server=True)


def after(
    name: str, traces: Iterable[str | None], **facts: str | int
) -> "AbstractContextManager[Span | None]":
    """A step that follows from all of these: it is part of the first, and linked to each.

    What follows from nothing that is traced is none.
    """
    if _on is None:
        return NOTHING
    known = [one for one in dict.fromkeys(traces) if one][:MOST]
    if not known:
        return NOTHING
    return _step(name, _read(known[0]), facts, links=known)


@contextmanager
def _step(
    name: str,
    context: "Context",
    facts: dict[str, str | int],
    *,
    links: Iterable[str] = (),
    server: bool = False,
) -> "Iterator[Span | None]":
    from opentelemetry.trace import Link, SpanKind, Status, StatusCode

    if _on is None:
        yield None
        return
    with (
        _on[0]
        .get_tracer("livedrop")
        .start_as_current_span(
            name,
            context,
            kind=SpanKind.SERVER if server else SpanKind.INTERNAL,
            attributes=facts,
            links=[Link(_place(one)) for one in links],
            record_exception=False,  # its words may be what somebody typed
            set_status_on_exception=False,
        ) as span
    ):
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def _read(traceparent: str | None) -> "Context":
    """Where a step begins: in that trace, or if it cannot be read in one of its own, never in what
    this thread happens to be doing."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {"traceparent": traceparent} if traceparent else {}
    return TraceContextTextMapPropagator().extract(carrier, Context())


def _place(traceparent: str) -> "SpanContext":
    from opentelemetry.trace import get_current_span

    return get_current_span(_read(traceparent)).get_span_context()
