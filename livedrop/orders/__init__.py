"""Orders: claiming units at once, paying within a window, giving back exactly once."""
