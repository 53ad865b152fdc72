"""Who comes in, as whom, with how much, and how many at once."""
