"""How simulated vehicles move and what that costs them: one at a time, or many in step, in machine code."""
