"""The office: organisations and whether the house runs; never clinical content."""
