"""The interdisciplinary meeting: its list, its course, what it decides, its notes."""
