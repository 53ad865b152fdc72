"""Measured figures, each beside its peer in one run; `sanderling bench NAME` prints them."""
