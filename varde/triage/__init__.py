"""Triage: judges every report, and keeps the list of what a nurse must see.

Knows thresholds, judgements, the patient's state, worklist items with their reasons, tasks.
Promises that nothing passes silently and that nothing unseen is lowered. Every door's reports
come in through `intake`; every context above raises work through `worklist`.
"""
