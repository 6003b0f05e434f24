"""What browsers refused of our pages is counted and logged, and nothing about who it was (S28)."""

import json

import pytest

from livedrop.lib import metrics
from livedrop.lib.security import REPORTS
from livedrop.web import reports

SECRET = "canary-9d2e"
TOLD = f"https://livedrop.test/password-resets/{SECRET}?of=ben#x"
NEW = {"effectiveDirective": "script-src-elem", "blockedURL": "inline", "documentURL": TOLD}
OLD = {"effective-directive": "img-src", "blocked-uri": f"https://evil.test/{SECRET}"}


def send(page, sent, **said):
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return page.client.post(REPORTS, data=body, content_type="application/reports+json", **said)


def counted(directive):
    """How often the metric says that this was refused."""
    line = f'livedrop_policy_reports_total{{directive="{directive}"}} '
    found = [one for one in metrics.exposition().decode().splitlines() if one.startswith(line)]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_what_was_refused_where_is_told_and_counted(page, caplog):
    before = counted("script-src-elem")
    assert send(page, [{"type": "csp-violation", "body": NEW}]).status_code == 204
    assert "a browser refused: script-src-elem of inline at resets.edit" in caplog.text
    assert counted("script-src-elem") == before + 1


def test_so_is_what_older_browsers_send(page, caplog):
    before = counted("img-src")
    assert send(page, {"csp-report": OLD}).status_code == 204
    assert "img-src of https://evil.test at nowhere of ours" in caplog.text
    assert counted("img-src") == before + 1


def test_nothing_is_told_about_who_it_was(page, caplog):
    for one in ({**NEW, "blockedURL": TOLD}, {**NEW, "effectiveDirective": SECRET}):
        send(page, [{"type": "csp-violation", "body": one, "user_agent": SECRET, "url": TOLD}])
    assert "a browser refused" in caplog.text
    assert not any(word in caplog.text for word in (SECRET, "127.0.0.1", "of=ben"))
    assert counted(SECRET) == 0


@pytest.mark.parametrize(
    "sent", [b"", b"{}", b"7", b"[" * 9000, b"\xff\x00", b'[{"type": 1, "body": []}]']
)
def test_what_is_no_report_is_refused(page, caplog, sent):
    assert send(page, sent).status_code == 400
    assert "a browser refused" not in caplog.text


def test_of_many_at_once_some_are_told_and_of_very_much_nothing_is_read(page, caplog):
    one = {"type": "csp-violation", "body": NEW}
    assert send(page, [one] * 40).status_code == 204
    assert caplog.text.count("a browser refused") == reports.MOST
    assert send(page, [one] * 4000).status_code == 413


def test_from_one_address_come_so_many_and_no_more(page, caplog):
    answers = [send(page, {"csp-report": OLD}).status_code for _ in range(12)]
    assert answers == [204] * 10 + [429] * 2
    assert caplog.text.count("a browser refused") == 10


def test_without_limits_the_log_would_be_anybodys(make_app, caplog):
    """The control of the test above."""
    page = make_app(load_test=True).test_client()
    for _ in range(30):
        page.post(REPORTS, json={"csp-report": OLD})
    assert caplog.text.count("a browser refused") == 30
