"""Figures and goals of a benchmark, and the file they are written into."""

import os
import platform
import re
import shlex
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from deploy.local.paths import ROOT

FILE = ROOT / "docs" / "benchmarks.md"
HEAD = """\
# Benchmarks

Written by `python3 dev.py bench`, one section per benchmark, each with its own date and machine.
Rates differ from machine to machine and from minute to minute; what is promised are the ratios,
each taken between neighbours in the same run. `bench/` says in code what each of them does.
"""
PACKAGES = ("flask", "sqlalchemy", "psycopg", "gunicorn", "gevent")


@dataclass(frozen=True)
class Goal:
    """A promise and what became of it."""

    what: str
    bound: float
    reached: float
    at_most: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.reached <= self.bound if self.at_most else self.reached >= self.bound

    def __str__(self) -> str:
        bound = f"{'≤' if self.at_most else '≥'} {self.bound:g}{self.unit}"
        verdict = "met" if self.met else "**not met**"
        return f"| {self.what} | {bound} | {short(self.reached)}{self.unit} | {verdict} |"


@dataclass
class Section:
    """What one benchmark found: `rows` of a table under `columns`, `notes`, goals."""

    name: str
    title: str
    server: str  # the version of Postgres
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"## {self.name}: {self.title}", self._origin(), self._table()]
        parts.append("\n".join(f"- {note}" for note in self.notes))
        goals = ["| goal | bound | reached | |", "|---|---|---|---|", *map(str, self.goals)]
        parts.append("\n".join(goals) if self.goals else "")
        return "\n\n".join(filter(None, parts)) + "\n"

    def _table(self) -> str:
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        return "\n".join(f"| {' | '.join(map(short, line))} |" for line in lines)

    def _origin(self) -> str:
        now = datetime.now(UTC)
        packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        words = shlex.join(["python3", "dev.py", "bench", *sys.argv[1:]])
        return (
            f"{now:%Y-%m-%d %H:%M} UTC, `{words}`, {_machine()}; Python "
            f"{platform.python_version()}, Postgres {self.server}, {packages}."
        )


def _machine() -> str:
    names = re.findall(r"^model name\s*: (.*)$", _read("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"MemTotal:\s+(\d+)", _read("/proc/meminfo"))
    size = f", {int(memory[1]) / 2**20:.0f} GB" if memory else ""
    return f"{os.cpu_count()} cores ({names[0] if names else platform.machine()}){size}"


def _read(path: str) -> str:
    return Path(path).read_text() if Path(path).exists() else ""


def write(section: Section) -> None:
    """Put the section in its place in the file; those of other benchmarks stay."""
    text = FILE.read_text() if FILE.exists() else HEAD
    kept = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    sections = {part.split(":")[0].removeprefix("## "): part.rstrip() for part in kept}
    sections[section.name] = str(section).rstrip()
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("\n\n".join([HEAD.rstrip(), *sections.values()]) + "\n")


def short(value: object) -> str:
    """A figure with as many digits as mean something."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(values: list[float]) -> str:
    """The median, and between what it lies."""
    return f"{short(median(values))} [{short(min(values))}-{short(max(values))}]"
