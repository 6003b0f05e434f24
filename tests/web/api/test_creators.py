"""Creators, what they make, and who follows them, by JSON."""

import pytest

from livedrop.follows.commands import follow
from tests import factories


def test_a_person_becomes_a_creator_once(ben, runs):
    app = runs(ben)
    made = app.post("/creators", {"display_name": "Ben's", "bio": "Bowls."})
    assert (made["handle"], made["display_name"], made["follower_count"]) == ("ben", "Ben's", 0)
    app.post("/creators", {"display_name": "Ben's"}, 409, code="already-creator")


def test_everybody_sees_creators_and_their_followers(visitor, ada, ben, runs):
    follow(follower_id=ben.id, creator_id=ada.id)
    seen = visitor.get("/creators/ada")
    assert (seen["follower_count"], seen["following"]) == (1, None)
    assert runs(ben).get("/creators/ada")["following"] is True
    assert visitor.get("/creators")["items"] == [seen]
    visitor.get("/creators/nobody", 404, code="not-found")
    assert visitor.client.get(seen["picture"]["url"]).status_code == 200


def test_only_oneself_changes_ones_profile(ada, ben, runs):
    assert runs(ada).patch("/creators/ada", {"bio": "New."})["bio"] == "New."
    assert runs(ada).get("/creators/ada")["display_name"] == "Ada"
    runs(ben).patch("/creators/ada", {"bio": "Old."}, 404, code="not-found")


def test_following_and_no_more_is_done_as_often_as_one_likes(ada, ben, runs):
    app = runs(ben)
    for _ in range(2):
        app.put("/creators/ada/follow")
    assert [one["handle"] for one in app.get("/me/following")["items"]] == ["ada"]
    for _ in range(2):
        app.delete("/creators/ada/follow")
    assert app.get("/me/following")["items"] == []
    runs(ada).put("/creators/ada/follow", status=409, code="yourself")


def test_followers_are_the_creators_own(ada, ben, cleo, runs):
    follow(follower_id=ben.id, creator_id=ada.id)
    assert [one["handle"] for one in runs(ada).get("/creators/ada/followers")["items"]] == ["ben"]
    runs(cleo).get("/creators/ada/followers", 404, code="not-found")


def test_a_list_goes_on_where_it_ended_whatever_comes_and_goes(visitor):
    for number in range(5):
        factories.a_creator(factories.a_user(f"maker{number}"))
    first = visitor.send("GET", "/creators?limit=2")
    names = [one["handle"] for one in first.json["items"]]
    assert first.headers["Link"].startswith("</api/v1/creators?limit=2&cursor=")
    factories.a_creator(factories.a_user("newest"))
    address = first.headers["Link"].partition(">")[0].removeprefix("</api/v1")
    second = visitor.get(address)
    third = visitor.get(f"/creators?limit=2&cursor={second['next_cursor']}")
    names += [one["handle"] for one in (*second["items"], *third["items"])]
    assert names == ["maker4", "maker3", "maker2", "maker1", "maker0"]
    assert third["next_cursor"] is None


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.0", "", "1&limit=2"])
def test_a_page_has_from_one_to_a_hundred_items(visitor, limit):
    visitor.get(f"/creators?limit={limit}", 422, code="invalid")


def test_a_cursor_is_of_its_list_and_unchanged(visitor, ada):
    factories.a_creator()
    cursor = visitor.get("/creators?limit=1")["next_cursor"]
    for address in (f"/creators?cursor={cursor}x", f"/products?cursor={cursor}"):
        visitor.get(address, 400, code="bad-cursor")


def test_a_creator_has_products(visitor, ada, ben, runs):
    app = runs(ada)
    made = app.post("/products", {"title": " Print ", "description": "On paper."})
    assert (made["title"], made["creator"]["handle"], made["next_drop"]) == ("Print", "ada", None)
    assert visitor.get(f"/products/{made['id']}") == made
    assert visitor.get("/creators/ada/products")["items"] == [made]
    changed = app.patch(f"/products/{made['id']}", {"title": "Print II"})
    assert (changed["title"], changed["description"]) == ("Print II", "On paper.")
    runs(ben).patch(f"/products/{made['id']}", {"title": "Mine"}, 404, code="not-found")
    runs(ben).post("/products", {"title": "Bowl"}, 403, code="not-creator")


def test_a_product_says_where_it_can_be_had(visitor, ada):
    factories.an_ended_drop(ada.creator, title="Over")
    drop = factories.a_scheduled_drop(ada.creator, title="Coming")
    by_title = {one["title"]: one["next_drop"] for one in visitor.get("/products")["items"]}
    assert by_title["Over"] is None
    assert (by_title["Coming"]["id"], by_title["Coming"]["state"]) == (str(drop.id), "scheduled")
