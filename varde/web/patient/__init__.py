"""The patient's screens: one thing to do at a time, plain words, large targets."""
