"""Audit: who did what, and who opened whose record; append-only and sealed into a chain.

Knows acts, openings and seals, by ids and digests only, and the history of clinical tables.
Promises that a row once written is never changed and that a broken chain is found.
Called by every context's actions; calls nothing but base.
"""
