"""A real courier's phone: the port that `vehicles.courier` shows its cards on, without a network."""
