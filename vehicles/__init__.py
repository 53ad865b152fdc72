"""What can move, and how to talk to it."""
