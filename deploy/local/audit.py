"""What LiveDrop is made of: every package of the locks, with its hashes, as a CycloneDX bill.

And whether that is true: each locked package has hashes, so that no other file can take its place,
and what is installed is what is locked. Whether a version has a known weakness is in databases on
the internet, which this does not ask.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from .environment import LOCKS
from .paths import ROOT, VENV

LINE = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    kind: str  # as in a package URL: pypi, npm
    name: str
    version: str
    lock: str  # the file it stands in
    hashes: tuple[tuple[str, str], ...]  # algorithm as CycloneDX names it, hexadecimal digits

    @property
    def url(self) -> str:
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def locked(root: Path = ROOT) -> list[Package]:
    """Every package of every lock, in the order of the locks."""
    found = [one for lock in LOCKS.values() for one in _python(root / lock)]
    return [*found, *_npm(root / "package-lock.json")]


def problems(packages: list[Package], installed: dict[str, str]) -> list[str]:
    """What is not as it is said to be, a sentence each; nothing if all is well."""
    bare = [f"{one.name} in {one.lock} has no hash." for one in packages if not one.hashes]
    wanted: dict[str, set[str]] = {}
    for one in packages:
        if one.kind == "pypi":
            wanted.setdefault(_plain(one.name), set()).add(one.version)
    others = [
        f"{name} {version} is installed, and {_either(wanted[name])} is locked."
        for name, version in sorted(installed.items())
        if name in wanted and version not in wanted[name]
    ]
    strays = [
        f"{name} {version} is installed and stands in no lock."
        for name, version in sorted(installed.items())
        if name not in wanted and name not in {"pip", "setuptools"}
    ]
    return [*bare, *others, *strays]


def installed(venv: Path = VENV) -> dict[str, str]:
    """What the environment holds: version by name."""
    places = [str(place) for place in venv.glob("lib/python*/site-packages")]
    return {_plain(one.name): one.version for one in distributions(path=places)}


def bill(packages: list[Package]) -> str:
    """The bill of materials, CycloneDX 1.6."""
    components = {
        one.url: {
            "type": "library",
            "bom-ref": one.url,
            "name": one.name,
            "version": one.version,
            "purl": one.url,
            "hashes": [{"alg": name, "content": digits} for name, digits in one.hashes],
        }
        for one in packages
    }
    said = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "livedrop"}},
        "components": [components[url] for url in sorted(components)],
    }
    return f"{json.dumps(said, indent=1)}\n"


def _python(lock: Path) -> Iterator[Package]:
    # A package's hashes follow its line, each on one of its own.
    for part in re.split(r"\n(?=\S)", lock.read_text()):
        if found := LINE.match(part):
            hashes = tuple(("SHA-256", digits) for digits in HASH.findall(part))
            yield Package("pypi", found[1], found[2], lock.name, hashes)


def _npm(lock: Path) -> Iterator[Package]:
    for path, facts in json.loads(lock.read_text())["packages"].items():
        if path:
            hashes = tuple(_npm_hashes(facts.get("integrity", "")))
            name = path.rpartition("node_modules/")[2]
            yield Package("npm", name, facts["version"], lock.name, hashes)


def _npm_hashes(integrity: str) -> Iterator[tuple[str, str]]:
    for word in integrity.split():
        name, _, digest = word.partition("-")
        yield f"SHA-{name.removeprefix('sha')}", base64.b64decode(digest).hex()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _either(versions: set[str]) -> str:
    return " or ".join(sorted(versions))
