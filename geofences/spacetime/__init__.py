"""Which pieces of corridors meet: a grid over place and time, changed piece by piece.

Importing `held` imports numba: nobody does before flights are compared.
"""
