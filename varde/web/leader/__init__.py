"""The leader's screens: figures, never a person."""
