"""What numba compiles: anything in this room is machine code of one digest."""
