"""The configuration of one gateway, from the template beside this file.

`python -m deploy.gateway --help` writes it for a machine of its own; `dev.py run --gateway` and the
tests write the same one for a port of this machine. Standard library only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from re import fullmatch

TEMPLATE = Path(__file__).with_name("nginx.conf")
PLAIN_PATH = r"[\w./+-]+"  # so that nothing needs quoting


class Unusable(Exception):
    """Something that cannot stand in a configuration; the text is one sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """What differs from one gateway to another."""

    web: Sequence[str]  # host:port of every web process
    names: Sequence[str]  # host names of the site; under any other nothing is said
    home: Path  # of its own: what is kept, and what is on its way
    listen: str = "443"  # a port, or address:port
    certificate: Path | None = None  # with its chain; without one there is no TLS
    key: Path | None = None
    trusted: Sequence[str] = ()  # networks of load balancers before it, who say whose call it is
    user: str = ""  # whom root lends to the workers, "user" or "user group"
    log: str = "/dev/stdout"
    lifted: bool = False  # no limits: a load test

    def __post_init__(self) -> None:
        if not self.web or not self.names:
            raise Unusable("A gateway needs a web process to call and a name to answer to.")
        for address in (*self.web, self.listen):
            _check(r"([\w.-]+|\[[0-9a-f:]+\]|\*):\d+|\d+", address, "address")
        for name in self.names:
            _check(r"[A-Za-z0-9.-]+|\[[0-9a-f:]+\]", name, "host name")
        for path in filter(None, (self.home, self.certificate, self.key)):
            _check(PLAIN_PATH, str(path), "path")
        _check(r"[\w-]*( [\w-]+)?", self.user, "user")
        _check(PLAIN_PATH, self.log, "path")
        if (self.certificate is None) != (self.key is None):
            raise Unusable("A certificate and its key go together.")
        try:
            [ip_network(network) for network in self.trusted]
        except ValueError as error:
            raise Unusable(f"A trusted network is none: {error}.") from None


def render(gateway: Gateway) -> str:
    """The whole configuration."""
    filled = {
        "USER": f"user {gateway.user};" if gateway.user else "",
        "HOME": str(gateway.home),
        "LOG": gateway.log,
        "LIFTED": "on" if gateway.lifted else "off",
        "TRUST": _trust(gateway.trusted),
        "WEB": _lines(8, [f"server {one} max_fails=1 fail_timeout=2s;" for one in gateway.web]),
        "WEB_FOR_PAGES": _lines(8, [f"server {one} max_fails=0;" for one in gateway.web]),
        "LISTEN_ANY": _lines(8, _listen(gateway, "default_server")),
        "LISTEN": _lines(8, _listen(gateway)),
        "REDIRECT": _redirect(gateway),
        "NAMES": " ".join(gateway.names),
    }
    text = TEMPLATE.read_text()
    for name, value in filled.items():
        text = text.replace(f"@{name}@", value)
    return text


def _listen(gateway: Gateway, also: str = "") -> list[str]:
    if not gateway.certificate:
        return [f"listen {gateway.listen} {also}".rstrip() + ";"]
    tls = [
        f"listen {gateway.listen} ssl {also}".rstrip() + ";",
        "http2 on;",
        f"ssl_certificate {gateway.certificate};",
        f"ssl_certificate_key {gateway.key};",
    ]
    return tls if also else [*tls, *TLS]


TLS = (
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;",
    "ssl_session_cache shared:tls:10m;",
    "ssl_session_tickets off;",
)


def _redirect(gateway: Gateway) -> str:
    """Who comes without TLS is sent on; the application's header makes it the last time."""
    if not gateway.certificate or gateway.listen.rpartition(":")[2] != "443":
        return ""
    inside = ["listen 80;", f"server_name {' '.join(gateway.names)};"]
    inside.append("return 308 https://$host$request_uri;")
    return "\n".join(["    server {", _lines(8, inside), "    }"])


def _trust(networks: Sequence[str]) -> str:
    if not networks:
        return ""
    said = [f"set_real_ip_from {network};" for network in networks]
    return _lines(4, [*said, "real_ip_header X-Forwarded-For;", "real_ip_recursive on;"])


def _lines(indent: int, lines: Sequence[str]) -> str:
    return "\n".join(" " * indent + line for line in lines)


def _check(pattern: str, text: str, what: str) -> None:
    if not fullmatch(pattern, text):
        raise Unusable(f"{text!r} cannot be the {what} of a gateway.")
