"""Questions and commands to a vehicle until they are answered."""
