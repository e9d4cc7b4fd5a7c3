"""Paper: charts and documents from plain values; knows nothing of patients.

Promises the same picture for the same values. Called by the doors; calls core only.
"""
