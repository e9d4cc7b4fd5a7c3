"""The coordinator's screens: the own party's patients."""
