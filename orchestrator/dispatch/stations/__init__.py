"""Trucks with a drone each, and stations from which robots go on foot-paths (the Amsterdam instances)."""
