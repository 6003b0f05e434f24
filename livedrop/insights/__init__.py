"""Numbers that show creators how a drop goes. Nothing decides by them."""
