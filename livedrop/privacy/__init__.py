"""What there is about a person, in one place: to hand it over, and to take it away."""
