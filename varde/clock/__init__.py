"""Clock: the door that time knocks on: what is overdue, what must be sealed, what comes back.

Knows when each of its tasks last succeeded. Promises that a dead clock is seen. Calls actions
and queries of the contexts; nothing calls it.
"""
