"""What can be done with orders, one verb a file. Each opens one transaction at a time.

All of them take the drop's stock lock first, read the database's clock after it, and leave
claimed = Σ standing units true at every commit.
"""

from livedrop.orders.commands.cancel import cancel, clean_up_cancelled_drop
from livedrop.orders.commands.deliver import set_delivery
from livedrop.orders.commands.extend import extend
from livedrop.orders.commands.lapse import lapse_due, serve_lines
from livedrop.orders.commands.line import join_line, leave_line, purge_lines
from livedrop.orders.commands.pay import begin_payment, resend_open, settle
from livedrop.orders.commands.place import place_all
from livedrop.orders.commands.refund import refund

__all__ = [
    "begin_payment",
    "cancel",
    "clean_up_cancelled_drop",
    "extend",
    "join_line",
    "lapse_due",
    "leave_line",
    "place_all",
    "purge_lines",
    "refund",
    "resend_open",
    "serve_lines",
    "set_delivery",
    "settle",
]
