"""Pathway: weaves the contexts along the patient's way from referral to ending.

Knows the stage a patient is in. Promises that a patient who is enrolled has relation, programme,
thresholds and expectations together. Calls every context below; called by the doors.
"""
