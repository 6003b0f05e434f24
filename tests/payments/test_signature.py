"""A callback is believed only if the provider signed this very body just now."""

import pytest

from livedrop.payments.pretend.signature import secret, sent_at, sign

SECRET = secret("a secret key of the application, long enough")
BODY = b'{"key":"k"}'


def test_a_genuine_signature_says_when_it_was_sent():
    assert sent_at(BODY, sign(BODY, secret=SECRET, at=1700000000), secret=SECRET) == 1700000000


@pytest.mark.parametrize(
    "forge",
    [
        lambda genuine: "",
        lambda genuine: "t=1,v1=",
        lambda genuine: genuine + "0",
        lambda genuine: genuine.replace("t=17", "t=18"),
        lambda genuine: genuine.replace("v1=", "v0="),
        lambda genuine: genuine[:-64] + "0" * 64,
        lambda genuine: genuine.upper(),
        lambda genuine: genuine.replace("t=1", "t=\u0661"),
    ],
)
def test_anything_else_says_nothing(forge):
    assert sent_at(BODY, forge(sign(BODY, secret=SECRET, at=1700000000)), secret=SECRET) is None


def test_another_body_or_another_secret_says_nothing():
    signature = sign(BODY, secret=SECRET, at=1700000000)
    assert sent_at(BODY + b" ", signature, secret=SECRET) is None
    assert sent_at(BODY, signature, secret=secret("another secret key")) is None


def test_the_secret_is_not_the_applications_key():
    assert secret("x" * 32) not in {b"x" * 32, secret("y" * 32)}
