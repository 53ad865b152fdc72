"""Exact shortest paths in the plane among polygons: constrained Delaunay triangulation and Polyanya.

It knows integer grid steps alone. Importing `mesh` imports numba, and compiles the kernels where they are
not in the cache yet: nobody imports it before a path is asked for.
"""
