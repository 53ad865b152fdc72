"""A hub's trips: who carries what, in which order, by insertion and ruin and recreate in machine code."""
