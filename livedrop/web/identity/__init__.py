"""The door of accounts: signing up, signing in, signing out, and the personal part of a page."""
