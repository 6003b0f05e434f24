"""What is installed: exactly what the locks say, and only when they changed."""

import json
import re

import pytest

from deploy.local.environment import LOCKS
from deploy.local.paths import ROOT


def test_packages_are_installed_again_only_when_their_lock_changed(dev, installed):
    assert "Installing" not in dev("races", "--version", root=installed).stdout
    with (installed / LOCKS["test"]).open("a") as lock:
        lock.write("# changed\n")
    assert "Installing the test packages" in dev("races", "--version", root=installed).stdout
    assert "Installing" not in dev("races", "--version", root=installed).stdout


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_locked_package_has_one_version_and_a_hash(lock):
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / lock).read_text())
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.-]+==[\w.]+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_no_lock_names_a_place_to_fetch_from():
    for lock in (*LOCKS.values(), "package-lock.json"):
        assert "://" not in (ROOT / lock).read_text(), lock


def test_every_locked_front_end_package_has_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(package["integrity"] for name, package in packages.items() if name)


def test_production_installs_no_test_packages():
    assert "pytest" not in (ROOT / LOCKS["runtime"]).read_text()
