"""What operators look at and are woken by is really told, and somebody wrote down what to do (U54,
U57)."""

import json
import re
from collections.abc import Iterator

import pytest
import yaml

from deploy.local.paths import ROOT
from livedrop.lib import metrics
from livedrop.web.readings import readings

DASHBOARD = json.loads((ROOT / "deploy/grafana/livedrop.json").read_text())
RULES = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"][0]["rules"]
RUNBOOKS = (ROOT / "docs/runbooks.md").read_text()
QUERIES = {
    **{
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    },
    **{rule["alert"]: rule["expr"] for rule in RULES},
}
OURS_NOT = {"instance", "le"}  # labels that Prometheus adds


def exported() -> dict[str, set[str]]:
    """Every series the processes tell, with the labels it has."""
    series = {}
    for collector, names in metrics._own._collector_to_names.items():
        for name in names:
            series[name] = set(collector._labelnames)
    for one in readings():
        series[one.name] = set(one.labels)
    return series


def asked(query: str) -> Iterator[tuple[str, set[str]]]:
    """Every series a query names, with the labels it is chosen by."""
    without_groups = re.sub(r"\b(?:by|without|on|ignoring)\s*\([^)]*\)", " ", query)
    found = re.finditer(r"([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\w|\s*\()", without_groups)
    for match in found:
        if "_" in match[1] and not match[1].startswith("__"):
            yield match[1], set(re.findall(r"(\w+)\s*[=!]", match[2] or ""))


def grouped(query: str) -> set[str]:
    clauses = re.findall(r"\bby\s*\(([^)]*)\)", query)
    return {name.strip() for clause in clauses for name in clause.split(",")} - OURS_NOT


@pytest.mark.parametrize("name", QUERIES)
def test_it_asks_for_what_is_told(name, app):
    told, series = exported(), list(asked(re.sub(r"\[[^]]*\]", "", QUERIES[name])))
    assert series, QUERIES[name]
    for one, labels in series:
        assert one in told, f"nobody tells {one}"
        assert labels | grouped(QUERIES[name]) <= told[one], f"{one} has only {told[one]}"


def test_a_dead_panel_would_be_seen():
    assert list(asked('sum by (job) (rate(livedrop_gone_total{job="a"}[5m])) / 2')) == [
        ("livedrop_gone_total", {"job"})
    ]


def test_every_number_is_shown(app):
    shown = {one for query in QUERIES.values() for one, _ in asked(re.sub(r"\[[^]]*\]", "", query))}
    families = {re.sub(r"_(bucket|sum|count|total|created)$", "", one) for one in exported()}
    assert families - {re.sub(r"_(bucket|sum|count|total)$", "", one) for one in shown} == set()


def test_panels_do_not_lie_over_each_other():
    taken = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_each_alert_says_what_is_wrong_and_where_it_is_written_what_to_do():
    headings = re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE)
    names = [rule["alert"] for rule in RULES]
    assert [name for name in headings if name != "Restoring"] == names
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["runbook"] == f"docs/runbooks.md#{rule['alert'].lower()}"


def test_the_commands_to_type_exist(app):
    told = RUNBOOKS + (ROOT / "docs/operations.md").read_text()
    said = re.findall(r"flask --app wsgi ([\w-]+)((?: --[\w-]+)*)", told)
    assert len(said) > 5
    for name, options in said:
        command = app.cli.commands.get(name)
        assert command is not None or name == "db", name
        known = {option for one in command.params for option in one.opts} if command else set()
        assert set(options.split()) <= known, (name, options)


def test_what_lies_beside_a_link_exists():
    for anchor in re.findall(r"\]\(#([\w-]+)\)", RUNBOOKS):
        assert re.search(rf"^## {anchor}$", RUNBOOKS, re.MULTILINE | re.IGNORECASE), anchor
