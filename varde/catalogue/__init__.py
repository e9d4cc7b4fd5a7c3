"""Catalogue: the programmes, versioned and never changed once in use.

Knows what is measured, asked and judged in each programme. Promises that a version, once
published, stays. Called by triage and everything above; calls people and audit.
"""
