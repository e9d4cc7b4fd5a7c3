"""Base: rows of a tenant, the clock, row-level security, and the embedded database.

Knows how rows are kept apart. Promises that nothing is read or written without a tenant.
Anyone may call it; it calls no context.
"""
