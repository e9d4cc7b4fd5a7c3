"""Simulate: the door of what never happened: the demo, load, evaluation of rules.

Knows how people measure, worsen, err and forget, from a seed. Promises the same for the same
seed and day, and that every report goes through the intake. Nothing calls it but the CLI.
"""
