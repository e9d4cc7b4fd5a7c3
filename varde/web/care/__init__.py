"""What clinic, team and service ask of each other about a patient."""
