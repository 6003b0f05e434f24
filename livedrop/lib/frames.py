"""Frames of a websocket as a server sends them (RFC 6455): unmasked, whole, never compressed.

What everybody gets is encoded once. The library encodes for each socket anew.
"""

from struct import pack

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


def frame(kind: int, payload: bytes = b"") -> bytes:
    """One whole frame."""
    head, length = 0x80 | kind, len(payload)
    if length < 126:
        return pack("!BB", head, length) + payload
    if length < 1 << 16:
        return pack("!BBH", head, 126, length) + payload
    return pack("!BBQ", head, 127, length) + payload


def text(words: str) -> bytes:
    return frame(TEXT, words.encode())


def close(code: int) -> bytes:
    return frame(CLOSE, pack("!H", code))
