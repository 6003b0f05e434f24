"""What is sent to do harm costs the sender their socket and the site nothing (F49, S38, S41).

Each has its control: the same on a site of its own, with one guard less.
"""

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from time import monotonic, sleep

import psutil
import pytest

from tests.sockets import Socket, cookie_of, masked

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
SECONDS, SENDERS = (10, 20) if FULL else (1, 3)
ROOM = 5 << 20  # bytes that a web process may grow by


def worker_of(site):
    """The one web process that does not look after others."""
    (worker,) = [
        worker
        for arbiter in psutil.Process().children()
        for worker in arbiter.children()
        if site.rpartition(":")[2] in " ".join(arbiter.cmdline())
    ]
    return worker


def growth(site, attack):
    """By how many bytes the web process is larger while and after it is attacked, at most."""
    attack(site)  # so that all is loaded
    process = worker_of(site)
    before = most = process.memory_info().rss
    with ThreadPoolExecutor(SENDERS) as pool:
        under_way = [pool.submit(attack, site) for _ in range(SENDERS)]
        while not all(one.done() for one in under_way):
            most = max(most, process.memory_info().rss)
            sleep(0.01)
    assert {one.result() for one in under_way} <= {None, 1002, 1008, 1009}
    return most - before


def flood(site):
    """As many messages as go through; the code of the goodbye, if one came."""
    with Socket(site) as socket:
        return sent(socket, masked(b"x" * 4000) * 16)


def oversized(site):
    """One message that does not end."""
    with Socket(site) as socket:
        socket.raw.sendall(masked(b"x" * (1 << 16), last=False))
        return sent(socket, masked(b"x" * (1 << 16), 0, last=False))


def bomb(site):
    """A message of 64 MB, packed a thousand to one."""
    with Socket(site, Sec_WebSocket_Extensions="permessage-deflate") as socket:
        with suppress(OSError):
            socket.raw.sendall(packed())
        return goodbye(socket)


@cache
def packed():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return masked(packer.compress(bytes(64 << 20)) + packer.flush(), 0x41)


def sent(socket, again):
    until_over = monotonic() + SECONDS
    with suppress(OSError):
        while monotonic() < until_over:
            socket.raw.sendall(again)
    return goodbye(socket)


def goodbye(socket):
    """The code they close with, if they do."""
    socket.raw.settimeout(2)
    try:
        return socket.closed()
    except TimeoutError:
        return None


@pytest.mark.parametrize("attack", [flood, oversized, bomb])
def test_f49_it_costs_no_memory(site, attack):
    assert growth(site, attack) <= ROOM


def test_f49_with_the_librarys_reader_each_of_them_would(unguarded):
    """It keeps what it is sent, and unpacks it; of what takes long, all only at full length."""
    attacks = (bomb, oversized, flood) if FULL else (bomb,)
    with unguarded("compression", "the_librarys_reader") as site:
        assert all(growth(site, attack) > ROOM for attack in attacks)


@pytest.fixture(scope="module")
def open_to_all(unguarded):
    """A site that asks for no origin and, for a load test, limits no person and no address."""
    with unguarded("any_origin", sockets=8) as site:
        yield site


def test_s38_without_the_look_at_the_origin_another_sites_page_would_hear_ben(open_to_all, ben):
    """His browser sends his cookie along, whoever's page asks it to."""
    elsewhere = {"cookie": cookie_of(ben), "origin": "https://elsewhere.test"}
    with Socket(open_to_all, **elsewhere) as socket:
        assert socket.status == 101


def test_s41_without_a_cap_of_their_own_one_person_would_have_all_there_are(open_to_all, ben):
    cookie = cookie_of(ben)
    sockets = [Socket(open_to_all, cookie=cookie) for _ in range(9)]
    assert [socket.status for socket in sockets] == [101] * 8 + [503]
    for socket in sockets:
        socket.raw.close()
