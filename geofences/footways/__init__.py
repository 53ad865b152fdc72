"""Cheapest ways along footpaths. Importing `search` imports numba: nobody does before a way is asked for."""
