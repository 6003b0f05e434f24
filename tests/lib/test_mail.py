"""Nothing that people type reaches the head of a mail, and no password leaves in the open (S50)."""

import pytest

from livedrop.lib.mail import Later, Letter, Never, Smtp, message
from tests.mailserver import listening

SENDER = "LiveDrop <news@livedrop.example>"


def written(**changes):
    facts = {"name": "1.2", "to": "ben@example.com", "subject": "Hi", "text": "t", "html": "<p>h"}
    return message(Letter(**facts | changes), SENDER)


def test_a_subject_is_one_line_of_what_can_be_seen():
    made = written(subject="Harbour\r\nBcc: all@example.com\x00\u2029 \u00e9")
    assert made["Subject"] == "Harbour Bcc: all@example.com é"
    assert made.keys().count("Bcc") == 0


@pytest.mark.parametrize("to", ["ben@example.com\r\nBcc: all@example.com", "ben", "a, b@c.d", ""])
def test_an_address_that_is_more_or_less_than_one_is_refused(to):
    with pytest.raises(Never):
        written(to=to)


def test_a_letter_that_is_sent_again_has_the_same_name():
    assert written()["Message-ID"] == written()["Message-ID"] == "<1.2@livedrop.example>"


def test_a_password_is_sent_encrypted_or_not_at_all():
    with listening() as server:
        with pytest.raises(Later, match="in the open"), Smtp(_with_password(server.url)) as smtp:
            smtp.send(written())
        with Smtp(server.url) as smtp:  # the control: it is the password that is not sent
            smtp.send(written())
        assert len(server.received) == 1


def test_nobody_there_is_a_complaint_like_any_other():
    with pytest.raises(Later) as no, Smtp("smtp://127.0.0.1:1") as smtp:
        smtp.send(written())
    assert no.value.everybody


def _with_password(url):
    return url.replace("//", "//ada:secret@")
