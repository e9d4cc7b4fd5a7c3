"""The pure heart: rules without Django, clock or network."""
