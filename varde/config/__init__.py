"""Config: wiring, nothing else."""
