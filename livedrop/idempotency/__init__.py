"""A key is a name the client gives to one intention; the same key gets the same answer."""
