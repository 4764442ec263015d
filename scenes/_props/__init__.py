"""What one film alone draws, in a file of its name."""
