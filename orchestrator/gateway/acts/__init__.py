"""What people ask for, carried out: journaled with who and when before anything follows from it."""
