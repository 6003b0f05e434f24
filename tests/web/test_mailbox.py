"""A developer reads here what people would have been sent; nobody else ever does."""

import pytest

from livedrop.lib import mailbox
from livedrop.lib.mail import Letter, message
from livedrop.lib.mailbox import Mailbox
from tests.page import Page

BAD = "<html><head></head><body><script>alert(1)</script><h1>Hi</h1></body></html>"


@pytest.fixture
def box(tmp_path):
    return Mailbox(str(tmp_path / "mailbox"))


def put(box, subject, html=BAD):
    with box:
        box.send(message(Letter("1", "ben@example.com", subject, "Hi.", html), "Us <a@b.example>"))


def test_it_shows_each_mail_where_nothing_of_it_runs(make_app, box):
    page = Page(make_app(env="development", mailbox=str(box.directory)))
    assert "No mail yet" in page.get("/mailbox").text
    put(box, "First")
    put(box, "<b>Second</b>")
    assert page.get("/mailbox").texts(".mail-row a") == ["<b>Second</b>", "First"]
    assert page.get("/mailbox?to=BEN@").texts(".mail-row a") == ["<b>Second</b>", "First"]
    assert "No mail to them" in page.get("/mailbox?to=cleo").text
    url = page.get("/mailbox").all(".mail-row a")[0].get("href")
    seen = page.get(url)
    assert seen.texts(".mail-words") == ["Hi."]
    assert "allow-scripts" not in seen.one("iframe").get("sandbox")
    sheet = page.client.get(seen.one("iframe").get("src"))
    policy = sheet.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    page.get("/mailbox/..", 404)


@pytest.mark.parametrize("settings", [{"env": "test", "mailbox": "/tmp"}, {"env": "development"}])
def test_it_is_not_there_elsewhere(make_app, settings):
    assert make_app(**settings).test_client().get("/mailbox").status_code == 404


def test_it_keeps_the_newest(box, monkeypatch):
    monkeypatch.setattr(mailbox, "KEPT", 3)
    for number in range(5):
        put(box, str(number))
    assert [mail.message["Subject"] for mail in box.mails("", 9)] == ["4", "3", "2"]
