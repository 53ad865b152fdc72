"""A world to try it in: simulated vehicles behind the same interfaces as real ones."""
