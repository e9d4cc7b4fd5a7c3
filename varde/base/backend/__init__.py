"""Django's way to PostgreSQL, with a pool that asks the socket whether a connection lives."""
