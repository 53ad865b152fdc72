"""Who does what, when; and the record of it."""
