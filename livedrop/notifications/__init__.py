"""What people are told of creators, of drops and of their own orders, and how they want it."""
