"""Simulated vehicles, and foreign programs, as processes that end when whoever began them does."""
