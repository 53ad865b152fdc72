"""What differs between autopilots, as data and small functions."""
