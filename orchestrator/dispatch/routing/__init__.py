"""Which vehicle calls where, in which order: routing with pick-ups, drop-offs, windows and batteries."""
