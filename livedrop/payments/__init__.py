"""Payments: the port to a provider and what became of each attempt to pay."""
