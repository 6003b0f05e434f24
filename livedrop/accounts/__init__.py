"""People: who they are, how they sign in, and whether they still may."""
