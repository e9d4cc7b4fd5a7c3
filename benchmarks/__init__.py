"""What Varde costs: measured over real HTTP on a real database, side by side in one run."""
