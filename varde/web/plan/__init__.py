"""The plan's screens: shown, drafted, approved, compared, printed; alike for every clinician."""
