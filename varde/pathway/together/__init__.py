"""What units ask of one another about a patient: requests, kept times, controls, the team."""
