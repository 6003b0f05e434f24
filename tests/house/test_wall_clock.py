"""F14: a host's clock that steps back changes nothing, for nobody decides by it."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
WALL_CLOCK = re.compile(
    r"\btime\.(time|time_ns|localtime|gmtime)\(|\.(utcnow|today)\(|datetime\.now\("
    r"|from time import [^\n]*\b(time|time_ns|localtime|gmtime)\b"
)
# Names of files and examples of looks, both in development only, and how far the host's clock is
# off, which admins are shown; nothing is decided by them.
MAY = {
    "livedrop/lib/mailbox.py",
    "livedrop/web/backoffice/system.py",
    "livedrop/web/styleguide.py",
}


def readers():
    sources = [HOME / "worker.py", HOME / "wsgi.py", *(HOME / "livedrop").rglob("*.py")]
    found = (path for path in sources if WALL_CLOCK.search(path.read_text()))
    return {path.relative_to(HOME).as_posix() for path in found}


def test_nothing_reads_the_hosts_wall_clock():
    assert readers() == MAY


@pytest.mark.parametrize(
    "line", ["time.time()", "from time import monotonic, time", "datetime.now(UTC)", "date.today()"]
)
def test_who_reads_it_is_seen(line):
    """The control."""
    assert WALL_CLOCK.search(line)


@pytest.mark.parametrize("line", ["time.monotonic()", "from time import monotonic", "clock.now()"])
def test_who_measures_with_a_clock_that_only_goes_forward_is_not(line):
    assert not WALL_CLOCK.search(line)
