"""What no browser sends: it ends at the gateway, and the web processes are not even asked."""

from contextlib import suppress

import pytest

from tests.gateway.raw import answer, connected, idlers, said, statuses

HIDDEN = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
FIELDS = b"Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def post(*lines, body=b"", path=b"/sign-in", version=b"HTTP/1.1"):
    head = b"".join(line + b"\r\n" for line in lines)
    return b"POST " + path + b" " + version + b"\r\n" + FIELDS + head + b"\r\n" + body


def get(target, *lines, host=b"127.0.0.1"):
    head = b"".join(line + b"\r\n" for line in lines)
    return b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\n" + head + b"\r\n"


CHUNKED = b"Transfer-Encoding: chunked"
TWO_LENGTHS = {
    "a length and chunks": post(b"Content-Length: 4", CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
    "chunks and a length": post(CHUNKED, b"Content-Length: 6", body=b"0\r\n\r\nX" + HIDDEN),
    "two lengths": post(b"Content-Length: 0", b"Content-Length: 60", body=HIDDEN),
    "one length twice": post(b"Content-Length: 3", b"Content-Length: 3", body=b"a=b" + HIDDEN),
    "a list of lengths": post(b"Content-Length: 3, 3", body=b"a=b" + HIDDEN),
    "a signed length": post(b"Content-Length: +3", body=b"a=b" + HIDDEN),
    "a negative length": post(b"Content-Length: -1", body=HIDDEN),
    "a length in hex": post(b"Content-Length: 0x3", body=b"a=b" + HIDDEN),
    "an endless length": post(b"Content-Length: 99999999999999999999", body=HIDDEN),
    "a length with a space before its colon": post(b"Content-Length : 3", body=HIDDEN),
    "chunks with a space before the colon": post(
        b"Transfer-Encoding : chunked", b"Content-Length: 0", body=b"0\r\n\r\n" + HIDDEN
    ),
    "chunks that are none": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunks with a tab": post(b"Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunks twice": post(CHUNKED, CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
    "chunks and something else": post(
        b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + HIDDEN
    ),
    "chunks in the old version": post(CHUNKED, version=b"HTTP/1.0", body=b"0\r\n\r\n" + HIDDEN),
    "a chunk in hex with a prefix": post(CHUNKED, body=b"0x3\r\na=b\r\n0\r\n\r\n" + HIDDEN),
    "a chunk of no size": post(CHUNKED, body=b"\r\na=b\r\n0\r\n\r\n" + HIDDEN),
    "a chunk that overflows": post(CHUNKED, body=b"FFFFFFFFFFFFFFFFF\r\n" + HIDDEN),
    "a chunk longer than said": post(CHUNKED, body=b"1\r\na=b\r\n0\r\n\r\n" + HIDDEN),
    "a folded header": post(b"X: a", b" Content-Length: 0", b"Content-Length: 60", body=HIDDEN),
    "a header that is none": post(b"Content-Length", body=HIDDEN),
    "a nul in a header": post(b"X: a\0b", b"Content-Length: 0", body=HIDDEN),
    "a bare return in a header": post(b"X: a\rContent-Length: 60", b"Content-Length: 0"),
}
NOT_OURS = {
    "no host": b"GET /orders HTTP/1.1\r\n\r\n",
    "two hosts": get(b"/orders", b"Host: evil.example"),
    "a host with a path": get(b"/orders", host=b"127.0.0.1/evil"),
    "a host with a person": get(b"/orders", host=b"evil@127.0.0.1"),
    "a host with quotes for a port": get(b"/orders", host=b'127.0.0.1:"evil'),
    "another host in the request line": get(b"http://evil.example/orders"),
    "our name in the request line only": get(b"http://127.0.0.1/orders", host=b"evil.example"),
    "the oldest version": b"GET /orders\r\n",
    "a version to come": b"GET /orders HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    "no version": b"GET /orders FTP\r\nHost: 127.0.0.1\r\n\r\n",
    "a tunnel": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an echo": b"TRACE /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "a nul in the path": get(b"/orders\0"),
    "an encoded nul": get(b"/orders%00", b"Connection: close"),
    "out of the house": get(b"/../../etc/passwd"),
    "out of the house, encoded": get(b"/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40 + b"\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "words for Redis": b"SET a b\r\nQUIT\r\n\r\n",
}
TOO_MUCH = {
    "an address": (get(b"/orders?" + b"a" * 9000), 414),
    "a header": (get(b"/orders", b"X: " + b"a" * 9000), 400),
    "a cookie": (get(b"/orders", b"Cookie: a=" + b"a" * 9000), 400),
    "many headers": (get(b"/orders", *[b"X: " + b"a" * 7000] * 8), 400),
    "many small headers": (get(b"/orders", *[b"X: a"] * 9000), 400),
    "a body": (post(b"Content-Length: 300000"), 413),  # said, and not one byte sent
    "a body in chunks": (post(CHUNKED, body=(b"10000\r\n" + b"a" * 0x10000 + b"\r\n") * 5), 413),
}


@pytest.mark.parametrize("sent", TWO_LENGTHS.values(), ids=TWO_LENGTHS)
def test_what_may_be_cut_in_two_ways_is_refused(web, edge, sent):
    heard = answer(edge.url, sent)
    assert [status // 100 for status in statuses(heard)] == [4] or statuses(heard) == [501], heard
    assert b"<" not in heard, heard
    assert web.asked == []


def test_the_second_of_two_whole_requests_is_seen(web, edge):
    """So that the test above would see one that was hidden."""
    answer(edge.url, post(b"Content-Length: 3", body=b"a=b" + HIDDEN))
    assert [asked.path for asked in web.asked] == ["/sign-in", "/smuggled"]


@pytest.mark.parametrize("sent", NOT_OURS.values(), ids=NOT_OURS)
def test_what_is_not_for_us_is_refused(web, edge, sent):
    with connected(edge.url) as line:
        line.sendall(sent)
        heard = line.recv(65536)
    assert heard.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505", b"This is not a name")), heard
    assert b"<" not in heard, heard
    assert web.asked == []


def test_without_its_guard_the_application_would_hear_another_name(web, make_edge):
    without = lambda text: text.replace("if ($another_name)", "if ($http_x_never)")  # noqa: E731
    with make_edge(without=without) as edge, connected(edge.url) as line:
        line.sendall(NOT_OURS["our name in the request line only"])
        line.recv(65536)
    assert web.asked[0].headers["host"] == "evil.example"


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_is_refused_before_it_is_read(web, edge, name):
    """S51"""
    sent, status = TOO_MUCH[name]
    with connected(edge.url) as line:
        line.sendall(sent)
        heard = line.recv(65536)
    assert statuses(heard)[:1] == [status], heard
    assert b"nginx" not in heard.partition(b"\r\n\r\n")[2]
    assert web.asked == []


def test_without_the_cap_the_application_would_get_it_all(web, make_edge):
    whole = post(b"Content-Length: 300000", b"Connection: close", body=b"a" * 300000)
    with make_edge(without=lambda text: text.replace("size 256k;", "size 0;", 1)) as edge:
        answer(edge.url, whole)
    assert len(web.asked[0].body) == 300000


def test_who_names_headers_of_the_next_hop_takes_none_away(web, edge):
    hops = b"Connection: close, X-Forwarded-For, Cookie, Content-Length"
    answer(edge.url, get(b"/orders", hops, b"Cookie: ben"))
    assert web.asked[0].headers["x-forwarded-for"] == "127.0.0.1"
    assert web.asked[0].headers["cookie"] == "ben"
    assert "connection" not in web.asked[0].headers


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"websocket, h2c"])
def test_no_tunnel_is_opened_past_the_rules(web, edge, protocol):
    upgrade = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: " + protocol)
    with connected(edge.url) as line:
        line.sendall(get(b"/orders", *upgrade, b"HTTP2-Settings: AAMAAABkAAQAAP__"))
        line.recv(65536)
    assert "upgrade" not in web.asked[0].headers


def test_without_that_it_would_be(web, make_edge):
    without = lambda text: text.replace("^/live:websocket$", ".*:(?<any>.*)$")  # noqa: E731
    with make_edge(without=without) as edge:
        edge.ask("/orders", Upgrade="websocket", Connection="Upgrade")
    assert web.asked[0].headers["upgrade"] == "websocket"


def test_a_slow_body_keeps_nobody_busy(web, make_edge):
    """F21"""
    with make_edge(without=_sooner) as edge, connected(edge.url) as line:
        line.sendall(post(b"Content-Length: 100", body=b"a"))
        assert said(line) == b"" or b"408" in said(line)
    assert web.asked == []


def test_without_the_gateways_patience_it_would(web, make_edge):
    with make_edge(without=_unbuffered) as edge, connected(edge.url) as line:
        line.sendall(post(b"Content-Length: 100", body=b"a"))
        assert said(line) is not None
    assert web.asked != []


def test_slow_headers_are_given_up(web, make_edge):
    """F21"""
    with make_edge(without=_sooner) as edge, connected(edge.url) as line:
        line.sendall(b"GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        assert said(line) == b""
    assert web.asked == []


def test_a_thousand_who_say_nothing_keep_nobody_out_and_are_sent_away(make_edge):
    """F21"""
    with make_edge(without=_sooner) as edge, idlers(edge.url, 1000) as lines:
        assert edge.ask("/orders").status == 200
        assert {said(line) for line in lines} == {b""}


def test_without_room_for_them_they_would_keep_everybody_out(web, make_edge):
    with make_edge(without=_narrow) as edge, idlers(edge.url, 1000), connected(edge.url) as line:
        line.settimeout(2)
        with suppress(TimeoutError, ConnectionError):
            line.sendall(get(b"/orders"))
            line.recv(65536)
    assert web.asked == []


def _narrow(text):
    """So few that nginx drops a silent caller only when none is left (it begins at a sixteenth):
    whoever comes last has none for the way to the web process, however the others came."""
    few = text.replace("worker_connections 8192", "worker_connections 15")
    patient = few.replace("header_timeout 10s", "header_timeout 100s")
    return patient.replace("worker_processes auto", "worker_processes 1")


def _sooner(text):
    """The same limits, so short that a test can wait for them."""
    return text.replace("header_timeout 10s", "header_timeout 1s").replace(
        "body_timeout 10s", "body_timeout 1s"
    )


def _unbuffered(text):
    return _sooner(text).replace("proxy_redirect off;", "proxy_request_buffering off;")
