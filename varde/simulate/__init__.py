"""Simulate: the door of what never happened: the demo, and people for measurements of speed.

Knows how people measure, worsen, err and forget, from a seed. Promises the same for the same
seed and day, and that every report goes through the intake. Called by the CLI and the benchmarks.
"""
