"""Tests: a package of this name, since a peer of the benchmarks brings one of its own."""
