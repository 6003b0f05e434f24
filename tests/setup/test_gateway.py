"""The gateway's configuration, as somebody writes it for a machine of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import gateway
from deploy.local.paths import ROOT

PLAIN = ["--name", "shop.example", "--web", "10.0.0.2:8000", "--web", "10.0.0.3:8000"]


def write(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deploy.gateway", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def nginx_says(configuration: str, place: Path) -> str:
    conf = place / "gateway.conf"
    conf.write_text(configuration)
    command = [gateway.find(), "-t", "-e", "stderr", "-p", place, "-c", conf]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_what_it_writes_nginx_can_read(tmp_path):
    said = write(
        *PLAIN, "--listen", "8080", "--home", str(tmp_path), "--trust", "10.0.0.0/8"
    ).stdout
    assert "syntax is ok" in nginx_says(said, tmp_path)
    assert said.count("server 10.0.0.3:8000") == 2
    assert "set_real_ip_from 10.0.0.0/8;" in said


def test_with_a_certificate_it_speaks_tls_and_sends_on_who_does_not(tmp_path):
    tls = ["--certificate", "/etc/tls/chain.pem", "--key", "/etc/tls/key.pem"]
    said = write(*PLAIN, "--home", str(tmp_path), *tls).stdout
    assert 'cannot load certificate "/etc/tls/chain.pem"' in nginx_says(said, tmp_path)
    assert "listen 443 ssl;" in said
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in said
    assert "return 308 https://$host$request_uri;" in said


@pytest.mark.parametrize(
    "words",
    [
        ["--certificate", "/etc/tls/chain.pem"],
        ["--trust", "everybody"],
        ["--name", "shop.example; return 200"],
        ["--web", "unix:/run/web.sock"],
        ["--home", "/var/cache/a b"],
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(words):
    said = write(*PLAIN, *words)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.count("\n") == 1
    assert said.stderr.endswith(".\n")


def test_the_wheel_or_the_system_brings_nginx():
    assert Path(gateway.find()).name == "nginx"
