"""Meals from restaurants to diners, revealed as they are ordered (the Grubhub instances)."""
