"""Drops: named sales with a start, an end and limited stock; their state is derived."""
