"""Whether a planned mission may be flown: asked of code that did not plan it (invariant 1)."""
