"""Decisions are referred to by their numbers, so each has one of its own."""

from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"


def numbers(names: list[str]) -> list[int]:
    return sorted(int(name.partition("-")[0]) for name in names)


def test_each_decision_has_a_number_of_its_own_and_says_it():
    files = sorted(DECISIONS.glob("*.md"))
    titles = [file.read_text().partition(".")[0].removeprefix("# ") for file in files]
    found = numbers([file.name for file in files])
    assert found == list(range(1, len(files) + 1))
    assert [int(title) for title in titles] == found


def test_two_decisions_with_one_number_would_be_noticed():
    assert numbers(["0007-lines.md", "0007-dead-letters.md"]) != [7, 8]
