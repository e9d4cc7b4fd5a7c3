"""Texts: how every kind, zone, status and reason is said, in one place."""
