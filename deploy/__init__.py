"""How LiveDrop is started, here and elsewhere."""
