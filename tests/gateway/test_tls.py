"""The gateway ends TLS: what is new enough, with its own certificate, and nothing in the open."""

import http.client
import socket
import ssl

import pytest

from tests.certificates import Authority
from tests.gateway.raw import connected, statuses


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def make_safe(make_edge, authority):
    """Makes a gateway with a certificate."""
    chain, key = authority.paper()
    return lambda **more: make_edge(certificate=chain, key=key, **more)


def address(edge):
    host, _, port = edge.url.removeprefix("http://").partition(":")
    return host, int(port)


def handshake(edge, context, protocols=()):
    """The version and the protocol that both sides agree on."""
    context.set_alpn_protocols(protocols)
    with (
        socket.create_connection(address(edge), 20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        return line.version(), line.selected_alpn_protocol()


def ask(edge, context, path):
    host, port = address(edge)
    connection = http.client.HTTPSConnection(host, port, timeout=20, context=context)
    connection.request("GET", path, headers={"X-Forwarded-Proto": "http"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_who_believes_its_certificate_is_answered_over_tls(web, make_safe, authority):
    with make_safe() as edge:
        assert handshake(edge, authority.client(), ["h2"]) == ("TLSv1.3", "h2")
        status, body = ask(edge, authority.client(), "/orders")
    assert (status, body) == (200, b"page 1 for nobody")
    assert web.asked[0].headers["x-forwarded-proto"] == "https"


def test_who_does_not_believe_it_says_nothing(web, make_safe):
    with make_safe() as edge, pytest.raises(ssl.SSLCertVerificationError):
        ask(edge, ssl.create_default_context(), "/orders")
    assert web.asked == []


OLD = ssl.TLSVersion.TLSv1_1


def only(context, version):
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_an_old_version_is_refused(make_safe, authority):
    with make_safe() as edge:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            handshake(edge, only(authority.client(), OLD))
        assert handshake(edge, only(authority.client(), ssl.TLSVersion.TLSv1_2))[0] == "TLSv1.2"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_unless_it_were_allowed(make_safe, authority):
    """The control of the test above."""
    old = "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;\n    server_tokens off;"
    without = lambda text: text.replace("server_tokens off;", old)  # noqa: E731
    with make_safe(without=without) as edge:
        assert handshake(edge, only(authority.client(), OLD))[0] == "TLSv1.1"


def test_what_comes_in_the_open_is_not_for_the_application(web, make_safe):
    with make_safe() as edge, connected(edge.url) as line:
        line.sendall(b"GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ben\r\n\r\n")
        heard = line.recv(65536)
    assert statuses(heard) == [400]
    assert b"<" not in heard
    assert web.asked == []
