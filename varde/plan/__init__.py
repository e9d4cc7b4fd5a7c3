"""Plan: the self-treatment plan, from what the patient writes to what was done.

Knows every version and which is in force. Promises that none is without the responsible doctor's
approval, that each carries the limits it was approved with, and that a rescue pack started is work.
Calls triage to raise that work; triage knows nothing of it.
"""
