"""What carries frames between us and a vehicle, several at once, and recordings of it."""
