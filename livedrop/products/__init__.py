"""Products: the things a creator makes, offered in drops."""
