"""The door of shoppers: what drops, what one ordered, and what can be done with it."""
