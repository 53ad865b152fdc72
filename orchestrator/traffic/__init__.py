"""Who has reserved which volume of space and time."""
