"""One patient's record, as every clinician who reaches it sees it."""
