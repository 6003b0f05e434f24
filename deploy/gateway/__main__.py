"""Writes a gateway's configuration: `python -m deploy.gateway --name shop.example --web …`."""

import argparse
import sys
from pathlib import Path

from .render import Gateway, Unusable, render


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.gateway", description=__doc__)
    parser.add_argument("--name", action="append", required=True, help="a host name of the site")
    parser.add_argument("--web", action="append", required=True, help="host:port of a web process")
    parser.add_argument("--home", type=Path, default=Path("/var/cache/livedrop-gateway"))
    parser.add_argument("--listen", default="443", help="a port, or address:port")
    parser.add_argument("--certificate", type=Path, help="with its chain; needs --key")
    parser.add_argument("--key", type=Path)
    parser.add_argument("--trust", action="append", default=[], help="load balancers' network")
    parser.add_argument("--user", default="", help="whom root lends to the workers")
    parser.add_argument("--log", default="/dev/stdout", help="where requests are written down")
    told = parser.parse_args()
    try:
        gateway = Gateway(
            web=told.web,
            names=told.name,
            home=told.home,
            listen=told.listen,
            certificate=told.certificate,
            key=told.key,
            trusted=told.trust,
            user=told.user,
            log=told.log,
        )
    except Unusable as unusable:
        print(unusable, file=sys.stderr)
        return 1
    sys.stdout.write(render(gateway))
    return 0


if __name__ == "__main__":
    sys.exit(main())
