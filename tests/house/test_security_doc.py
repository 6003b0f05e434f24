"""What docs/security.md says is proven, is: each test it names exists, and no item is left out."""

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
DOC = (HOME / "docs" / "security.md").read_text()
# Of the checklist's numbers these were never given.
UNUSED = {24, 35, 42, 46}
ITEMS = {f"S{number:02}" for number in range(1, 69) if number not in UNUSED}
REASON = re.compile(r"^(Not yet|Later|Does not apply)")
ROWS_OF_LEVEL_1 = 70


def rows(text: str, heading: str) -> dict[str, str]:
    """The last cell of each row of the table below a heading, by the first."""
    _, _, section = text.partition(f"## {heading}\n")
    lines = re.findall(r"^\| ([^|]+) \|.*\| ([^|]+) \|$", section.partition("\n## ")[0], re.M)
    return dict(lines)


def missing(text: str) -> list[str]:
    """Files and tests that are named and are not there."""
    named = set(re.findall(r"`((?:tests|livedrop|docs)/[\w/.-]+)(?:::(test_\w+))?`", text))
    return sorted(
        f"{path}::{name}"
        for path, name in named
        if not (HOME / path).exists() or (name and name not in names_in(HOME / path))
    )


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def bare(text: str) -> list[str]:
    """Items of the checklist that have neither a test nor a reason."""
    said = rows(text, "The checklist")
    assert said.keys() == ITEMS
    return [item for item, cell in said.items() if "`tests/" not in cell and not REASON.match(cell)]


def level_1(text: str) -> int:
    """How many requirements of level 1 have their row; a row may be of several."""
    return sum(
        int(last.rpartition(".")[2]) - int(first.rpartition(".")[2]) + 1 if last else 1
        for first, _, last in (
            row.partition(" to ") for row in rows(text, "OWASP ASVS 5.0.0, level 1")
        )
    )


def test_every_test_it_names_is_there():
    assert missing(DOC) == []


def test_every_item_has_a_test_or_a_reason():
    assert bare(DOC) == []


def test_every_requirement_of_level_1_has_its_row():
    assert level_1(DOC) == ROWS_OF_LEVEL_1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("test_a_link_is_good_once", "test_gone"),
        ("tests/web/test_rotation.py", "tests/web/gone.py"),
    ],
)
def test_what_is_gone_is_seen(old, new):
    """The control of the first."""
    assert missing(DOC.replace(old, new))


def test_a_row_without_a_test_is_seen():
    """The control of the second."""
    (line,) = [line for line in DOC.splitlines() if line.startswith("| S62 ")]
    assert bare(DOC.replace(line, "| S62 | The limit holds | Of course |")) == ["S62"]
