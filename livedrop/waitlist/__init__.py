"""Lines for what a live drop has none of at the moment: who waits for how many, first come first.

Entries only. An offer is an order, so whom the line's units go to is decided in `orders`.
"""
