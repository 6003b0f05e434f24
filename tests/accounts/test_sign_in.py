"""Getting into an account, and out of it."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from livedrop.accounts import queries
from livedrop.accounts.commands import restore, sign_in, sign_out, suspend
from livedrop.accounts.models import SignIn, User
from livedrop.accounts.queries import signed_in
from livedrop.accounts.steps import begin_sign_in
from livedrop.lib import passwords
from livedrop.lib.db import transaction
from livedrop.lib.errors import Invalid
from livedrop.orders.rules import Placed, Refused
from tests import factories
from tests.factories import PASSWORD
from tests.parallel import together
from tests.rows import kinds, recorded, row
from tests.shopping import place


def test_the_right_password_begins_a_sign_in(ben):
    user_id, sign_in_id = sign_in(email=" BEN@example.com ", password=PASSWORD)
    assert signed_in(user_id, sign_in_id).handle == "ben"
    assert kinds() == ["UserSignedIn"]


def test_no_event_tells_the_id_of_a_sign_in(ben):
    """Whoever holds it is that person."""
    _, sign_in_id = sign_in(email=ben.email, password=PASSWORD)
    (event,) = recorded()
    assert str(sign_in_id) not in f"{event.subject} {event.payload}"


def test_ids_of_sign_ins_have_128_random_bits(ben):
    """S06: of a hundred, every bit has been both 0 and 1; a version-4 UUID fixes six."""
    ids = []
    for _ in range(100):
        with transaction() as tx:
            ids.append(begin_sign_in(tx, ben.id).int)
    both = (1 << 128) - 1
    seen_one, seen_zero = 0, 0
    for number in ids:
        seen_one, seen_zero = seen_one | number, seen_zero | (both & ~number)
    assert seen_one == seen_zero == both


@pytest.mark.parametrize("email", ["ben@example.com", "nobody@example.com"])
def test_a_wrong_address_and_a_wrong_password_cost_the_same(ben, email, monkeypatch):
    """S04: a hash is computed for either, and the words do not differ."""
    hashed = []

    def verify(password_hash, password):
        hashed.append(password)
        return False

    monkeypatch.setattr(passwords, "_verify", verify)
    with pytest.raises(Invalid, match="invalid") as no:
        sign_in(email=email, password="not the password")
    assert list(no.value.errors) == ["credentials"]
    assert hashed == ["not the password"]


def test_without_a_hash_to_compare_an_unknown_address_would_cost_nothing(app, monkeypatch):
    """The control of the test above: how long it takes would tell who has an account."""
    hashed = []
    monkeypatch.setattr(passwords, "_verify", lambda _, password: hashed.append(password))
    monkeypatch.setattr(passwords, "matches", compare_only_what_is_there)
    with pytest.raises(Invalid):
        sign_in(email="nobody@example.com", password="not the password")
    assert hashed == []


def compare_only_what_is_there(password_hash, password):
    return password_hash is not None and passwords._verify(password_hash, password)


@pytest.mark.parametrize(("longest", "hashed"), [(passwords.LONGEST, 129), (10**9, 1_000_000)])
def test_of_a_huge_password_no_more_is_hashed_than_anybody_has(ben, monkeypatch, longest, hashed):
    """S02; and all of it, if it were not cut."""
    monkeypatch.setattr(passwords, "LONGEST", longest)
    seen = []
    monkeypatch.setattr(passwords, "_verify", lambda _, password: seen.append(len(password)))
    with pytest.raises(Invalid):
        sign_in(email=ben.email, password="x" * 1_000_000)
    assert seen == [hashed]


def test_a_hash_made_with_weaker_settings_is_made_anew(ben):
    """S01"""
    weak = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash(PASSWORD)
    old = factories.a_user("olga", password_hash=weak)
    sign_in(email=old.email, password=PASSWORD)
    renewed = row(User, id=old.id).password_hash
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(email=old.email, password=PASSWORD)


def test_a_strong_hash_stays(ben):
    sign_in(email=ben.email, password=PASSWORD)
    assert row(User, id=ben.id).password_hash == ben.user.password_hash


def test_signing_out_ends_it_once(ben):
    user_id, sign_in_id = sign_in(email=ben.email, password=PASSWORD)
    together(ben.app, [lambda: sign_out(sign_in_id=sign_in_id)] * 4)
    assert signed_in(user_id, sign_in_id) is None
    assert kinds() == ["UserSignedIn", "UserSignedOut"]


def test_a_sign_in_belongs_to_one_person(ben, cleo):
    sign_in_id = factories.a_sign_in(ben.user).id
    assert signed_in(cleo.id, sign_in_id) is None


AGES = {timedelta(days=29, hours=23): True, timedelta(days=30, minutes=1): False}


@pytest.mark.parametrize(("age", "lasts"), AGES.items())
def test_a_sign_in_lasts_thirty_days_however_it_is_used(ben, age, lasts):
    """S10, the absolute limit."""
    old = factories.a_sign_in(ben.user, created_at=factories.now() - age)
    assert (signed_in(ben.id, old.id) is not None) == lasts
    answer = place(ben, factories.a_live_drop(), sign_in_id=old.id)
    assert isinstance(answer, Placed if lasts else Refused)


def test_without_a_limit_it_would_last_for_years(ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(queries, "LONGEST", timedelta(days=10_000))
    old = factories.a_sign_in(ben.user, created_at=factories.now() - timedelta(days=3000))
    assert signed_in(ben.id, old.id)


def test_a_suspension_is_recorded_once_and_can_be_undone(ben):
    for _ in range(2):
        suspend(user_id=ben.id, reason="Sold tickets for a show of somebody else.")
    assert row(User, id=ben.id).suspended_at
    restore(user_id=ben.id, reason="-")
    assert row(User, id=ben.id).suspended_at is None
    assert kinds() == ["UserSuspended", "UserRestored"]
    assert recorded("UserSuspended")[0].payload["reason"].startswith("Sold tickets")


def test_suspended_people_keep_their_sign_ins(ben):
    sign_in_id = factories.a_sign_in(ben.user).id
    suspend(user_id=ben.id, reason="-")
    assert signed_in(ben.id, sign_in_id).suspended
    assert row(SignIn, id=sign_in_id).ended_at is None
