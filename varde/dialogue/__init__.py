"""Dialogue: notes and messages about and with a patient.

Knows who wrote what and who has read it. Promises that an unread message is work on the list.
Calls triage to raise that work; triage knows nothing of it.
"""
