"""Under CI nothing is left out: a test that is skipped or expected to fail fails the run."""

import os
import subprocess
import sys

import pytest

from tests.programs import HOME

LEFT_OUT = {
    "skipped": "import pytest\n\ndef test_it():\n    pytest.skip('no browser')\n",
    "expected to fail": "import pytest\n\n@pytest.mark.xfail\ndef test_it():\n    1 / 0\n",
}


def status_of(test, tmp_path, ci, workers):
    (tmp_path / "test_left_out.py").write_text(test)
    plugins = [f"-p{name}" for name in ("tests.left_out", "timeout", "xdist")]
    command = [sys.executable, "-m", "pytest", "-q", workers, *plugins, tmp_path]
    env = os.environ | {"CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=HOME, env=env, capture_output=True, check=False).returncode


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
@pytest.mark.parametrize("test", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_left_out_fails_the_run_in_ci_only(test, workers, tmp_path):
    assert status_of(test, tmp_path, "true", workers) == pytest.ExitCode.TESTS_FAILED
    assert status_of(test, tmp_path, "", workers) == pytest.ExitCode.OK
