"""Demo worlds: people, things and a past, told relative to the moment they are made."""
