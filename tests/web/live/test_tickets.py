"""Apps open sockets by a ticket: once, soon, and in the name of whoever it was made for."""

from livedrop.accounts import commands
from livedrop.grants.commands import make_ticket
from tests import factories
from tests.sockets import Socket, cookie_of


def opened(site, ticket, **more):
    return Socket(site, f"&ticket={ticket}", origin=None, **more)


def test_a_ticket_opens_one_socket_without_an_origin(site, ben, tell):
    ticket = make_ticket(sign_in_id=factories.a_sign_in(ben.user).id)
    with opened(site, ticket) as socket, opened(site, ticket) as again:
        assert (socket.status, again.status) == (101, 401)
        tell(f"person:{ben.id}", "ask")
        assert socket.hear() == "ask"


def test_what_is_no_ticket_opens_nothing_whatever_the_cookie(site, ben):
    """S40: of cookie and ticket the ticket counts."""
    with Socket(site, "&ticket=x", cookie=cookie_of(ben)) as socket:
        assert socket.status == 401


def test_a_ticket_ends_with_its_sign_in(site, ben):
    sign_in_id = factories.a_sign_in(ben.user).id
    ticket = make_ticket(sign_in_id=sign_in_id)
    commands.sign_out(sign_in_id=sign_in_id)
    with opened(site, ticket) as socket:
        assert socket.status == 401
