"""Pathway: weaves the contexts along the patient's way from referral to ending.

Knows the stage a patient is in. Promises that a patient who is enrolled has programme, thresholds
and stage together, and that what a closing decides is made with it. Calls every context
below; called by the doors.
"""
