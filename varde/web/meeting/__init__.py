"""The interdisciplinary meeting on the screen."""
