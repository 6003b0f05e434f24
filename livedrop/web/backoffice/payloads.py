"""What an audit entry says beyond who and what, as people read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livedrop.web.rendering import stamp

BEFORE = "previous_"  # how the payload of an event names what was so before


def summary(payload: Mapping[str, Any]) -> str:
    """All of it in a line: `starts at: 18:00 → 18:05; reason: Late`."""
    changed = [f"{name}: {before} → {after}" for name, before, after in changes(payload)]
    said = [f"{name}: {value}" for name, value in facts(payload).items()]
    return "; ".join([*changed, *said])


def changes(payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What was so before and is otherwise now: name, before, after."""
    both = ((name, payload[f"{BEFORE}{name}"], payload[name]) for name in _changed(payload))
    return [
        (_words(name), plainly(before), plainly(after))
        for name, before, after in both
        if before != after
    ]


def facts(payload: Mapping[str, Any]) -> dict[str, str]:
    """The rest of what is said, what stayed as it was among it."""
    changed = {name for name in _changed(payload) if payload[name] != payload[f"{BEFORE}{name}"]}
    told = changed | {f"{BEFORE}{name}" for name in _changed(payload)}
    return {_words(name): plainly(value) for name, value in payload.items() if name not in told}


def plainly(value: Any) -> str:
    """As text; an instant to the second, several things side by side."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {plainly(one)}" for name, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(plainly, value)) or "none"
    if value is None or value == "":
        return "none"
    return _instant(value) or str(value)


def _instant(value: object) -> str | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None
    return f"{stamp(at)} UTC" if at and at.tzinfo else None


def _changed(payload: Mapping[str, Any]) -> list[str]:
    befores = (name.removeprefix(BEFORE) for name in payload if name.startswith(BEFORE))
    return [name for name in befores if name in payload]


def _words(name: str) -> str:
    return name.replace("_", " ")
