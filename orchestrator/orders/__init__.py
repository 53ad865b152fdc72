"""Orders, parcels and custody: what is asked for and who holds it."""
