"""What a recipient may know: when, where, and nothing else."""
