"""Varde: an open system for digital home follow-up."""

__version__ = "0.1.0"
