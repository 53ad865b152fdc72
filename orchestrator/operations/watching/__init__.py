"""What is seen of vehicles, and what it means for the fleet: facts, from values alone."""
