"""A gateway before what a test puts behind it, asked as a browser or a script would ask."""

import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.gateway import render
from deploy.local import gateway, ports
from tests.programs import until

PATIENCE = 30  # seconds; only ever ends a hang


@dataclass(frozen=True)
class Heard:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Edge:
    url: str
    log: Path

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Heard:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            return Heard(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def crowd(self, size: int, *asking: Any, **headers: str) -> list[Heard]:
        with ThreadPoolExecutor(size) as pool:
            asked = [pool.submit(self.ask, *asking, **headers) for _ in range(size)]
            return [one.result() for one in asked]

    def logged(self, requests: int) -> list[dict[str, Any]]:
        """What is written of so many requests; each is just after its answer."""
        until(lambda: len(self._lines()) >= requests)
        return [json.loads(line) for line in self._lines()]

    def _lines(self) -> list[str]:
        lines = self.log.read_text().splitlines(keepends=True)
        return [line for line in lines if line.startswith("{") and line.endswith("\n")]


@contextmanager
def before(
    *web: str, log: Path, without: Callable[[str], str] | None = None, **settings: object
) -> Iterator[Edge]:
    """A gateway before web processes at `web`; `without` takes a guard out of its template."""
    template = render.TEMPLATE
    if without:
        whole, broken = template.read_text(), without(template.read_text())
        assert broken != whole, "nothing was taken out"
        render.TEMPLATE = log.with_suffix(".template")
        render.TEMPLATE.write_text(broken)
    try:
        with gateway.serve(web, ports.pick(), log, **settings) as server:
            yield Edge(server.url, log)
    finally:
        render.TEMPLATE = template


def no_line_with(words: str) -> Callable[[str], str]:
    """Takes every line with these words out of the template."""
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if words not in line
    )
