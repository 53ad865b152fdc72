"""What one vehicle is told next, also when something goes wrong, and the facts that come of it."""
