"""The nurse's screens: who now, what is wrong, what do I do."""
