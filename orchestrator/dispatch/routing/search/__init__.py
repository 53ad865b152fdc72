"""Ruin and recreate on arrays, compiled by numba: the engine behind the routing solver."""
