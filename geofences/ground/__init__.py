"""The ground: how high it is, what limits are above it, and who lives there."""
