"""A vehicle's plan on the wire: items, transfer, verification, progress."""
