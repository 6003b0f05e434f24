"""The embedded payment provider: its own process and table, behaving like a real one."""
