"""News, and letters about one's account, on their way to people by e-mail."""
