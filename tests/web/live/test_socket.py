"""Who may open a socket, what it hears, and what it may send."""

import pytest

from livedrop.accounts import commands
from livedrop.extensions import db
from livedrop.insights.queries import pulse
from tests import factories
from tests.programs import until
from tests.sockets import Closed, Socket, cookie_of


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator)


# --- coming in ---


@pytest.mark.parametrize("origin", [None, "https://elsewhere.test", "null"])
def test_s38_other_sites_are_refused_before_it_opens(site, ben, origin):
    with Socket(site, cookie=cookie_of(ben), origin=origin) as socket:
        assert socket.status == 403


def test_anybody_hears_of_a_published_drop(site, drop, tell):
    with Socket(site, f"drop:{drop.slug}") as socket:
        assert socket.status == 101
        tell(f"drop:{drop.id}", "<section>")
        assert socket.hear("<") == "<section>"


def test_s39_nobody_hears_of_a_draft_of_others_or_of_what_is_not_there(site, ada, ben):
    draft = factories.a_draft(ada.creator)
    for topic in (f"drop:{draft.slug}", f"person:{ben.id}", "drop:gone", "check:1", "beat"):
        with Socket(site, topic) as socket:
            assert socket.status == 404


def test_only_a_creator_hears_of_their_own(site, ada, ben, tell):
    for person, status in ((None, 303), (ben, 303), (ada, 101)):
        with Socket(site, "creator:", cookie=cookie_of(person) if person else "") as socket:
            assert socket.status == status
            if status == 101:
                tell(f"creator:{ada.creator.id}", "ask")
                assert socket.hear("ask") == "ask"


def test_what_is_for_one_person_reaches_nobody_else(site, ben, cleo, tell):
    with Socket(site, cookie=cookie_of(ben)) as his, Socket(site, cookie=cookie_of(cleo)) as hers:
        tell(f"person:{ben.id}", "ask")
        tell(f"person:{cleo.id}", "last")
        assert his.hear() == "ask"
        assert hers.hear() == "last"


def test_nothing_is_compressed(site):
    asks = "permessage-deflate; client_max_window_bits"
    with Socket(site, Sec_WebSocket_Extensions=asks) as socket:
        assert socket.status == 101
        assert "deflate" not in socket.head.lower()


def test_s41_a_person_has_five_sockets(site, ben):
    cookie = cookie_of(ben)
    sockets = [Socket(site, cookie=cookie) for _ in range(6)]
    assert [socket.status for socket in sockets] == [101] * 5 + [429]
    for socket in sockets:
        socket.raw.close()


# --- what is sent ---


def test_s40_a_message_over_four_kilobytes_ends_it(site):
    with Socket(site) as socket:
        socket.send(b"x" * 4097)
        assert socket.closed() == 1009


def test_s40_in_pieces_too(site):
    with Socket(site) as socket:
        socket.send(b"x" * 4000, last=False)
        socket.send(b"x" * 97, 0)
        assert socket.closed() == 1009


@pytest.mark.parametrize("kind", [1, 9, 10])
def test_s40_more_than_twenty_frames_a_second_end_it(site, kind):
    with Socket(site) as socket:
        for _ in range(25):
            socket.send(b"x", kind)
        assert socket.closed() == 1008


def test_what_is_no_frame_ends_it(site):
    with Socket(site) as socket:
        socket.raw.sendall(b"GET / HTTP/1.1\r\n\r\n" * 20)
        assert socket.closed() == 1002


def test_a_few_words_change_nothing(site, tell, drop):
    with Socket(site, f"drop:{drop.slug}") as socket:
        socket.send(b"x" * 4096)
        tell(f"drop:{drop.id}", "<p>")
        assert socket.hear("<") == "<p>"


def test_a_goodbye_is_answered(site):
    with Socket(site) as socket:
        socket.send(b"\x03\xe8", 8)
        assert socket.closed() == 1000


def test_f50_who_does_not_answer_is_gone(site):
    with Socket(site) as socket:
        assert socket.frame() == (9, b"")
        with pytest.raises(Closed, match="None"):
            last_frame(socket)


def last_frame(socket):
    """Look on without an answer to anything, until they are gone."""
    while True:
        socket.frame()


# --- the right to listen ends ---


def test_f52_signing_out_ends_their_sockets_and_no_others(site, ben, cleo, tell):
    out, stays = ben.another_page(), cookie_of(cleo)
    cookie = out.client.get_cookie("__Host-session", "livedrop.test")
    with (
        Socket(site, cookie=f"{cookie.key}={cookie.value}") as ended,
        Socket(site, cookie=stays) as other,
    ):
        assert (ended.status, other.status) == (101, 101)
        with out.client.session_transaction(base_url="https://livedrop.test") as session:
            sign_in_id = session["_user_id"].partition(".")[2]
        commands.sign_out(sign_in_id=sign_in_id)
        tell(f"check:{ben.id}", "")
        assert ended.closed() == 1008
        tell(f"person:{cleo.id}", "ask")
        assert other.hear("ask")


def test_s20_who_is_suspended_hears_no_more_even_if_nobody_says_so(site, ben):
    with Socket(site, cookie=cookie_of(ben)) as socket:
        commands.suspend(user_id=ben.id, reason="bots")
        assert socket.closed() == 1008


def test_a_suspended_person_hears_what_everybody_hears(site, ben, drop, tell):
    commands.suspend(user_id=ben.id, reason="bots")
    with Socket(site, f"drop:{drop.slug}", cookie=cookie_of(ben)) as socket:
        tell(f"person:{ben.id}", "ask")
        tell(f"drop:{drop.id}", "<p>")
        assert socket.hear() == "<p>"


# --- who looks on ---


def test_it_is_known_how_many_listen_to_a_drop(site, ada, drop):
    with Socket(site, f"drop:{drop.slug}"), Socket(site, f"drop:{drop.slug}"):
        until(lambda: pulse_of(drop) == 2)
    until(lambda: pulse_of(drop) == 0)


def pulse_of(drop):
    db.session.rollback()
    return pulse(drop.id).watching
