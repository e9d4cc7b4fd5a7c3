"""Measuring: what patients send, and what they are expected to send.

Knows observations, reports with answers, sources, enrolments and expectations. Promises that an
acknowledged measurement is kept exactly once and never changed. Called by triage and above.
"""
