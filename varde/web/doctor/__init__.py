"""The doctor's screens: own patients, one patient, a note to the service."""
