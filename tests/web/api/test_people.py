"""Accounts by JSON."""

from tests.factories import PASSWORD

BEN = {"email": "ben@example.com", "handle": "ben", "password": PASSWORD}


def test_somebody_opens_an_account_and_signs_in(visitor):
    person = visitor.post("/users", BEN)
    assert person | {"id": ""} == {
        "id": "",
        "handle": "ben",
        "display_name": "ben",
        "email": "ben@example.com",
        "confirmed": False,
        "suspended": False,
    }
    pair = visitor.post("/tokens", {"email": BEN["email"], "password": PASSWORD})
    visitor.token = pair["access_token"]
    assert visitor.get("/me") == person


def test_what_somebody_has_is_taken(visitor, ben):
    visitor.post("/users", BEN | {"handle": "benny"}, 409, code="email-taken")
    visitor.post("/users", BEN | {"email": "other@example.com"}, 409, code="handle-taken")


def test_a_person_changes_their_name(ben, runs):
    assert runs(ben).patch("/me", {"display_name": " Benjamin "})["display_name"] == "Benjamin"
    assert runs(ben).patch("/me", {})["display_name"] == "Benjamin"
    runs(ben).patch("/me", {"display_name": "  "}, 422, code="invalid")
    runs(ben).patch("/me", {"handle": "other"}, 422, code="invalid")
