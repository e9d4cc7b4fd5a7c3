"""People: persons, organisations, roles, and every relation that grants access to a record.

Knows who is who and why an organisation may reach a patient. Promises that access needs a role
and a relation; consents are kept, and do not govern access yet. Called by
every context above; calls audit.
"""
