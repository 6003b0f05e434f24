"""What `dev.py` does, from an empty machine to a running shop; standard library only."""
