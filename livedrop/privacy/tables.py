"""Every table with a person in it, and what becomes of its rows when they are erased.

This room owns no table and looks into all: what is forgotten is decided in one place, and a test
finds a table that is not listed here. Nobody else reads it, so nothing is decided by it elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

GONE = "forgotten"
STAYS = "stays, with a number instead of a person"


@dataclass(frozen=True, slots=True)
class About:
    """`column` says whose a row is. `hidden` columns are secrets, which nobody is handed.
    On erasure rows are forgotten, or the columns in `blank` get these SQL values."""

    table: str
    column: str
    then: str = GONE
    blank: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


TABLES = (
    About("address_changes", "user_id"),
    About("left_addresses", "user_id"),
    About("password_resets", "user_id", hidden=("digest",)),
    About("preferences", "user_id"),
    About("reminders", "user_id"),
    About("notifications", "user_id"),
    About("inboxes", "user_id"),
    About("turned_away", "user_id"),
    About("assets", "owner_id", hidden=("name",)),  # files that no row knows are swept up in a day
    About("idempotency_keys", "user_id", hidden=("fingerprint", "outcome")),
    # Of whom a letter goes to no more: what was sent is remembered by numbers.
    About("deliveries", "user_id", STAYS, {"last_error": "NULL"}, hidden=("lease",)),
    About(
        "sign_ins",
        "user_id",
        STAYS,
        {
            "device": "''",
            "origin": "NULL",
            "ended_at": "coalesce(ended_at, clock_timestamp())",
        },
        hidden=("id",),
    ),
    # Taken back one by one, as they are counted; by the commands that do so for the person.
    About("follows", "follower_id", STAYS),
    About("waitlist_entries", "user_id", STAYS),
    # The books.
    About("orders", "user_id", STAYS, {"delivery": "NULL"}),
    # What a creator sold stays theirs to be found in other people's orders.
    About("creators", "id", STAYS, {"display_name": "'Somebody'", "bio": "''"}),
    About(
        "users",
        "id",
        STAYS,
        {
            "email": "'erased-' || id || '@erased.invalid'",
            "handle": "'gone_' || id",
            "display_name": "'Somebody'",
            "password_hash": ":nobody_knows",
            "time_zone": "'UTC'",
            "delivery": "NULL",
            "confirmed_at": "NULL",
            "bounced_at": "NULL",
            "admin_since": "NULL",
            "suspended_at": "clock_timestamp()",
        },
        hidden=("password_hash",),
    ),
)
# Who did something, by number: the books and the trail stay as they are.
BY_NUMBER_ONLY = {
    ("audit_entries", "actor_id"),
    ("audit_checks", "asked_by"),
    ("outbox_events", "actor_id"),
    ("order_refunds", "actor_id"),
    ("impersonations", "admin_id"),
    ("impersonations", "user_id"),
    ("drops", "cancelled_by"),
    ("reminding", "user_id"),  # how far people were reminded
    ("deliveries_planned", "user_id"),  # how far letters are planned
}
# Belong to a sign-in, and open a door as long as it stands.
KEYS = ("live_tickets", "refresh_families", "impersonations")
