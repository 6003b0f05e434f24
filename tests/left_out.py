"""Under CI nothing is left out: a test that is skipped or expected to fail fails the run."""

import os

import pytest

left_out: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and os.environ.get("CI") == "true":
        left_out.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for nodeid in left_out:
        terminalreporter.write_line(f"skipped or expected to fail, not allowed in CI: {nodeid}")
