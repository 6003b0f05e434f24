"""Mails and the password leave encrypted, to servers that prove who they are."""

import pytest

from livedrop.lib.mail import Later, Letter, Smtp, message
from tests.certificates import Authority
from tests.mailserver import listening

MAIL = message(
    Letter(name="1.2", to="ben@example.com", subject="Hi", text="t", html="<p>h"),
    "LiveDrop <news@livedrop.example>",
)
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
SCHEMES = ["smtp", "smtps"]  # asked for by STARTTLS; from the first byte


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def _believed(authority, monkeypatch):
    """By this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


def send(server, password="secret%20word"):
    with Smtp(server.url.replace("://", f"://shop:{password}@")) as smtp:
        smtp.send(MAIL)


@pytest.mark.usefixtures("_believed")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_that_proves_who_it_is_gets_password_and_mail(authority, scheme):
    with listening(scheme, authority.server()) as server:
        send(server)
        assert [mail["Subject"] for mail in server.received] == ["Hi"]


@pytest.mark.usefixtures("_believed")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_with_another_password_it_does_not(authority, scheme):
    """The control of the test above: the server looks."""
    with listening(scheme, authority.server()) as server:
        with pytest.raises(Later, match="535"):
            send(server, password="another")
        assert server.received == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_nobody_vouches_for_gets_nothing(authority, scheme):
    with listening(scheme, authority.server()) as server:
        with pytest.raises(Later, match="certificate verify failed"):
            send(server)
        assert server.received == []


@pytest.mark.usefixtures("_believed")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_neither_does_one_with_the_papers_of_another(authority, scheme):
    with listening(scheme, authority.server("mail.evil.example")) as server:
        with pytest.raises(Later, match="certificate verify failed"):
            send(server)
        assert server.received == []
