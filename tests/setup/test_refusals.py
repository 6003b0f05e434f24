"""What cannot be had ends with one plain sentence that says what to do, never with a traceback."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

NOTHING_LISTENS = "127.0.0.1:9"


def test_a_taken_port(dev):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert f"Port {port} is taken" in dev("run", PORT=str(port)).sentence


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_no_port(dev, port):
    assert "PORT is" in dev("run", PORT=port).sentence


@pytest.mark.parametrize("url", ["mysql://here/shop", "postgresql://", "postgresql://h:p/x", "x"])
def test_a_malformed_database_url(dev, url):
    assert "DATABASE_URL cannot be read" in dev("psql", DATABASE_URL=url).sentence


@pytest.mark.parametrize("url", ["http://here", "redis://", "redis://h:port/0", "//["])
def test_a_malformed_redis_url(dev, url):
    assert "REDIS_URL cannot be read" in dev("seed", REDIS_URL=url).sentence


def test_a_password_is_not_repeated(dev):
    said = dev("psql", DATABASE_URL="postgresql://ada:sesame@host:port/shop")
    assert "sesame" not in said.stdout + said.stderr


def test_a_server_that_does_not_answer(dev):
    url = f"postgresql://{NOTHING_LISTENS}/shop"
    assert f"Nothing answers at {NOTHING_LISTENS}" in dev("psql", DATABASE_URL=url).sentence


def test_a_data_directory_that_cannot_be_written(dev):
    said = dev("psql", LIVEDROP_DATA="/dev/null/data")
    assert "The data directory /dev/null/data cannot be written" in said.sentence


def test_the_data_of_another_major_version(dev, data):
    cluster = data / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("9\n")
    assert "was written by Postgres 9" in dev("psql").sentence


def test_a_python_without_venv(dev, checkout, tmp_path):
    without = _python_without(tmp_path, "venv", "ensurepip", "pip")
    assert "install the python3-venv package" in dev("lint", root=checkout, **without).sentence


def test_a_python_without_pip(dev, checkout, tmp_path):
    without = _python_without(tmp_path, "ensurepip", "pip")
    assert "install the python3-venv package" in dev("lint", root=checkout, **without).sentence


def test_packages_that_cannot_be_fetched(dev, checkout):
    said = dev("lint", root=checkout, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert "The tools packages cannot be installed" in said.sentence
    assert (checkout / ".venv" / "install.log").exists()


def test_no_npm_and_no_way_to_get_it(dev, installed):
    (installed / "node_modules").unlink()
    said = dev("test", root=installed, PATH=_bin_without("npm"), PIP_NO_INDEX="1")
    assert "The node packages cannot be installed" in said.sentence


def test_no_browser_and_no_way_to_get_it(dev, installed, tmp_path):
    nowhere = str(tmp_path)
    env = {
        "PATH": nowhere,
        "HOME": nowhere,
        "PLAYWRIGHT_DOWNLOAD_HOST": f"http://{NOTHING_LISTENS}",
    }
    assert "There is no browser" in dev("journeys", root=installed, **env).sentence


def test_a_browser_that_is_none(dev, installed):
    said = dev("journeys", root=installed, LIVEDROP_BROWSER="/dev/null")
    assert "LIVEDROP_BROWSER is /dev/null" in said.sentence


def test_a_python_too_old_says_so(checkout):
    # The oldest we can find is this one, so the version is told to be older.
    old = "import sys; sys.version_info = (3, 9); exec(open('dev.py').read())"
    done = subprocess.run(["python3", "-c", old], cwd=checkout, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Python 3.11 or newer" in done.stderr


def _python_without(tmp_path: Path, *modules: str) -> dict[str, str]:
    """What makes every Python started with it believe these modules are missing."""
    hook = f"import sys\nfor name in {modules!r}:\n    sys.modules[name] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hook)
    return {"PYTHONPATH": str(tmp_path), "PATH": _bin_without("uv")}


def _bin_without(name: str) -> str:
    places = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(place for place in places if not (Path(place) / name).exists())
