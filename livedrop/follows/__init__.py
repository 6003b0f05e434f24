"""Follows: who wants news of which creator, how many do, and how that number grew."""
