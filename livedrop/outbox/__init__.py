"""Events waiting in the database, written with what caused them, carried out at least once."""
