"""What runs LiveDrop on real servers: units that systemd takes, one for every process, and nothing
in them that a process has no business with."""

import re
import shlex
import shutil
import subprocess

import pytest

from deploy.local import supervisor
from deploy.local.paths import ROOT
from livedrop import wiring

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
OURS = [one for one in SERVICES if "User=livedrop" in one.read_text()]
HOME = "/opt/livedrop/.venv/bin/"
PROMISES = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
}


def said(unit) -> dict[str, list[str]]:
    """Every setting with its values, in order."""
    settings: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            settings.setdefault(name, []).append(value)
    return settings


def commands() -> dict[str, str]:
    """What each of our services runs, without where it is installed."""
    return {
        unit.name: said(unit)["ExecStart"][0].removeprefix(HOME)
        for unit in OURS
        if said(unit)["ExecStart"][0].startswith(HOME)
    }


def test_systemd_takes_them():
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")  # what they say is looked at below
    units = [str(one) for one in UNITS.iterdir()]
    ended = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    theirs = [line for line in ended.stderr.splitlines() if "livedrop" in line]
    assert [line for line in theirs if "is not executable" not in line] == []


def test_every_process_of_the_procfile_has_one_but_the_pretended_provider():
    run = set(commands().values())
    for name, command in supervisor.read(ROOT / "Procfile").items():
        as_unit = command.replace(f"worker.py {name}", "worker.py %i")
        assert (as_unit in run) == (name != "pretend"), command


def test_the_target_brings_every_process_and_a_worker_for_every_queue():
    wanted = {one for line in said(UNITS / "livedrop.target")["Wants"] for one in line.split()}
    queues = {job.queue for job in wiring.jobs()}
    assert {f"livedrop-worker@{queue}.service" for queue in queues} <= wanted
    for one in wanted:
        assert (UNITS / re.sub(r"@\w+", "@", one)).exists(), one


@pytest.mark.parametrize("unit", OURS, ids=lambda unit: unit.name)
def test_ours_may_do_nothing_but_their_work(unit):
    settings = said(unit)
    for name, value in PROMISES.items():
        assert settings.get(name) == [value], name
    assert "@system-service" in settings["SystemCallFilter"]


@pytest.mark.parametrize("name", commands())
def test_what_they_run_exists(name, app):
    words = shlex.split(commands()[name])
    if words[0] == "flask":
        assert words[3] in app.cli.commands
    files = [word for word in words if word.endswith(".py")]
    assert all((ROOT / file).exists() for file in files)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_one_that_runs_on_comes_back_and_may_finish_what_it_does(unit):
    settings = said(unit)
    if settings.get("Type") == ["oneshot"]:
        if unit.name != "livedrop-wal.service":
            assert (UNITS / f"{unit.stem}.timer").exists()
        return
    assert settings["Restart"] == ["always"]
    assert "KillMode" not in settings or settings["KillMode"] == ["mixed"]


def test_the_web_process_is_renewed_by_a_hup_and_not_killed_before_it_is_done():
    """tests/faults/test_deploys.py shows that nobody notices."""
    settings = said(UNITS / "livedrop-web.service")
    assert settings["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    from deploy import gunicorn

    assert int(settings["TimeoutStopSec"][0]) > gunicorn.BOOT + gunicorn.graceful_timeout
