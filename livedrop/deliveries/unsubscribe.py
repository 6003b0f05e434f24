"""The link at the foot of every letter of news: it ends those of its group, for its reader.

It is signed and holds for ever: a mail may be opened years later, and whoever has it may only do
its reader this one favour.
"""

from dataclasses import dataclass

from livedrop.lib import signed
from livedrop.lib.errors import NotFound
from livedrop.notifications.kinds import ALL, Hears

PURPOSE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of news that are ended together: `why` somebody gets them, and what will `stop`."""

    name: Hears
    why: str
    stop: str

    @property
    def kinds(self) -> list[str]:
        return [kind.name for kind in ALL if kind.hears == self.name]


GROUPS: dict[Hears, Group] = {
    group.name: group
    for group in (
        Group("followers", "you follow its creator", "mails about drops of creators you follow"),
        Group("reminded", "you wanted to be reminded of it", "reminders by mail"),
        Group("shopper", "it is about an order of yours", "mails about your orders"),
        Group("creator", "it is about a drop of yours", "mails about your own drops"),
    )
}


@dataclass(frozen=True, slots=True)
class Wish:
    user_id: int
    group: Group


def word(user_id: int, group: Hears) -> str:
    """As part of an address."""
    return signed.sign(PURPOSE, [user_id, group])


def read(word: str) -> Wish:
    """Raises `NotFound` for a link that is none of ours."""
    user_id, name = signed.read(PURPOSE, word)
    if name not in GROUPS:
        raise NotFound
    return Wish(user_id, GROUPS[name])
