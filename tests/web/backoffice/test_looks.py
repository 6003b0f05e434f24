"""S36, U30: who looks as somebody else sees what they see, and does nothing."""

from datetime import timedelta

import pytest

from livedrop.accounts import commands
from livedrop.accounts.models import Impersonation, SignIn, User
from livedrop.accounts.queries import is_proved
from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.orders.models import Order
from livedrop.web import looking, session
from livedrop.web.api import bearer
from tests import factories
from tests.factories import PASSWORD
from tests.page import HOME, Page
from tests.rows import kinds, recorded, row, rows
from tests.web.routes import ROWS, Things
from tests.web.test_matrix import methods, token

BAR = "aside.look"


@pytest.fixture
def look(dora, ben):
    """Dora's browser, in which she looks as Ben."""
    form = dora.page.get(f"/admin/people/{ben.id}/look/new")
    seen = form.submit("#deed-form", reason="He sees no button.")
    assert seen.has(BAR)
    return dora.page


def test_she_sees_what_he_sees_and_is_told_so(look, ben, ada):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    seen = look.get(f"/orders/{order.id}")
    assert seen.has(BAR)
    assert "You see what Ben (@ben) sees." in seen.text
    assert "Ben" in look.get("/account").text


def test_who_looked_as_whom_and_why_is_in_the_trail(look, dora, ben):
    look.get("/orders").submit("#end-look")
    write_entries(event_ids=[event.id for event in recorded()])
    begun, ended = rows(AuditEntry)
    assert (begun.action, begun.actor_id, begun.subject) == (
        "ImpersonationBegun",
        dora.id,
        f"user:{ben.id}",
    )
    assert begun.payload == {"reason": "He sees no button.", "minutes": 30}
    assert (ended.action, ended.actor_id, ended.subject) == (
        "ImpersonationEnded",
        dora.id,
        f"user:{ben.id}",
    )


def test_the_bar_ends_it(look, ben):
    seen = look.get("/orders").submit("#end-look")
    assert seen.url == f"/admin/people/{ben.id}"
    assert not seen.has(BAR)
    assert not look.get("/").has(BAR)
    assert "Dora" in look.get("/account").text


def every(app, things, kind):
    """Each route of some kind, but the API's and the one that ends it, with an address of it."""
    safe = kind == "reads"
    return {
        endpoint: row.path.format(**things.names)
        for endpoint, row in ROWS.items()
        if not endpoint.startswith("api.")
        and endpoint != looking.END
        and (methods(app)[endpoint] == "GET") == safe
    }


def changed(client, app, things):
    """What she is let do of all that changes something."""
    done = []
    for endpoint, path in every(app, things, "changes").items():
        send = ROWS[endpoint].send
        answer = client.open(
            path,
            method=methods(app)[endpoint],
            headers={"X-CSRFToken": kept_token(client, app)},
            data=send(things) if send else None,
        )
        if answer.status_code != 403:
            done.append(f"{endpoint}: {answer.status_code}")
    return done


def kept_token(client, app):
    """As `token`, without losing as whom she looks."""
    with client.session_transaction(base_url=HOME) as kept:
        before = dict(kept)
    made = token(client, app)
    with client.session_transaction(base_url=HOME) as kept:
        kept.update(before | {"csrf_token": kept["csrf_token"]})
    return made


def test_nothing_she_sends_is_carried_out_at_any_route(app, look, ben, ada):
    things = Things.of(ben, ada)
    before = (len(kinds()), len(rows(Order)))
    assert changed(look.client, app, things) == []
    assert (len(kinds()), len(rows(Order))) == before


def test_without_the_guard_she_would_order_in_a_name(make_app, app, dora, ben, ada, monkeypatch):
    """The control of the test above."""
    other = make_app(load_test=True)
    page = Page(other)
    look_as(page, dora, ben)
    things = Things.of(ben, ada)
    assert changed(page.client, other, things) == []
    functions = other.before_request_funcs[None]
    monkeypatch.setattr(
        other, "before_request_funcs", {None: [f for f in functions if f is not looking.only_look]}
    )
    done = changed(page.client, other, things)
    assert any(line.startswith(("follows.create", "order_steps.")) for line in done)


def look_as(page, admin, person):
    """Without the pages that lead there."""
    sign_in = factories.a_sign_in(admin.user)
    page.client.carry(admin.id, sign_in.id)
    look_id = commands.impersonate(
        user_id=person.id, reason="-", by=admin.id, sign_in_id=sign_in.id
    )
    carry_look(page.client, look_id)


def carry_look(browser, look_id):
    with browser.session_transaction(base_url=HOME) as kept:
        kept[session.LOOK] = str(look_id)
    browser.set_cookie(
        session.MARK, "1", domain="livedrop.test", secure=True, httponly=True, samesite="Lax"
    )


KEPT_FROM_HER = {
    "addresses.edit",
    "addresses.new",
    "addresses.new_change",
    "addresses.show",
    "resets.edit",
    "resets.new",
    "settings.news.edit",
    "settings.passwords.edit",
    "settings.proofs.new",
    "settings.show",
    "settings.sign_ins.index",
    "sign_ins.new",
    "unsubscribes.new",
    "users.new",
}


def test_every_page_has_the_bar_and_no_secret_is_on_one(app, look, ben, ada):
    things = Things.of(ben, ada)
    refused = set()
    for endpoint, path in every(app, things, "reads").items():
        answer = look.client.get(path)
        html = answer.text if answer.mimetype == "text/html" else ""
        if "<!doctype html>" in html:
            assert '<aside class="look"' in html, endpoint
            assert answer.headers["Cache-Control"] == "no-store", endpoint
        if answer.status_code == 403:
            refused.add(endpoint)
        if endpoint.startswith("backoffice."):
            assert answer.status_code == 404, endpoint
    assert refused == KEPT_FROM_HER


def test_others_see_no_bar_and_pages_are_kept_for_them(make_app, dora, ben):
    """A page she is shown is no page of everybody's."""
    app = make_app(page_seconds=60.0)
    hers, theirs = Page(app), Page(app)
    look_as(hers, dora, ben)
    assert hers.get("/drops").has(BAR)
    seen = theirs.get("/drops")
    assert not seen.has(BAR)
    assert seen.headers["Cache-Control"].startswith("public")
    assert hers.get("/drops").has(BAR)  # though it is kept by now


def test_after_half_an_hour_it_is_over(look, ben):
    begun = factories.now() - timedelta(minutes=30, seconds=1)
    factories.change(row(Impersonation), begun_at=begun)
    seen = look.get("/orders")
    assert seen.url == "/admin"
    assert not seen.has(BAR)


def test_what_is_sent_when_it_is_over_is_not_done_in_her_own_name(look, dora, ada):
    """She meant to look, and would have followed herself."""
    form = look.get("/@ada/follow")
    factories.change(row(Impersonation), begun_at=factories.now() - timedelta(hours=1))
    form.submit("form[action=/@ada/follow]", 403)
    assert "Followed" not in kinds()


def test_it_ends_with_her_own_sign_in(app, look, dora):
    commands.end_sign_ins(user_id=dora.id, reason="Stolen.")
    assert not look.get("/account").has(BAR)
    app.extensions["sign-ins"].forget_person(dora.id)  # as it does by itself in some seconds
    seen = look.get("/orders")
    assert (seen.h1, seen.has(BAR)) == ("Sign in", False)
    assert seen.submit("#sign-in-form", email=dora.email, password=PASSWORD).url == "/orders"


@pytest.mark.parametrize("change", ["dismissed", "suspended", "appointed"])
def test_it_ends_when_she_is_no_admin_or_he_is_one(look, dora, ben, change):
    now = factories.now()
    changes = {
        "dismissed": (dora.user, {"admin_since": None}),
        "suspended": (dora.user, {"suspended_at": now}),
        "appointed": (ben.user, {"admin_since": now}),
    }
    who, facts = changes[change]
    factories.change(who, **facts)
    seen = look.client.get("/orders")
    assert "You see what Ben" not in seen.text


def test_nobody_looks_as_an_admin(dora):
    otto = factories.a_user("otto", admin=True)
    dora.page.get(f"/admin/people/{otto.id}/look/new", 404)
    assert "Look as them" not in dora.page.get(f"/admin/people/{otto.id}").text
    sign_in = row(SignIn, user_id=dora.id)
    with pytest.raises(Exception, match="not-an-admin"):
        commands.impersonate(user_id=otto.id, reason="-", by=dora.id, sign_in_id=sign_in.id)
    assert rows(Impersonation) == []


def test_nobody_looks_who_is_no_admin(ben, cleo):
    sign_in = factories.a_sign_in(cleo.user)
    with pytest.raises(Exception, match="not-an-admin"):
        commands.impersonate(user_id=ben.id, reason="-", by=cleo.id, sign_in_id=sign_in.id)


def test_the_name_of_a_look_opens_nothing_elsewhere(look, cleo, dora):
    """In another's browser, and in another sign-in of hers."""
    for browser in (cleo.page.client, dora.another_page().client):
        carry_look(browser, row(Impersonation).id)
        assert "You see what Ben" not in browser.get("/orders").text
    carry_look(look.client, row(Impersonation).id)
    assert "You see what Ben" in look.client.get("/orders").text


def test_it_gives_no_fresh_sign_in_away(look, dora):
    """What she proved is hers: nothing that asks for a password is shown."""
    assert is_proved(row(SignIn, user_id=dora.id).id)
    look.get("/settings/password", 403)
    look.get("/settings/sign-ins", 403)


def renames_herself(browser, cleo):
    """In an app with a token of hers, which brings the cookies of this browser along."""
    bears = bearer.access_token(cleo.id, factories.a_sign_in(cleo.user).id)
    headers = {"Authorization": f"Bearer {bears}"}
    content = {"display_name": "Cleopatra"}
    return browser.patch("/api/v1/me", json=content, headers=headers).status_code


def test_an_app_with_a_token_of_its_own_is_not_kept_from_anything(look, cleo):
    assert renames_herself(look.client, cleo) == 200
    assert row(User, id=cleo.id).display_name == "Cleopatra"


def test_if_its_cookies_counted_it_would_be(look, cleo, monkeypatch):
    monkeypatch.setattr(looking.problems, "are_for", lambda _: False)
    assert renames_herself(look.client, cleo) == 403
