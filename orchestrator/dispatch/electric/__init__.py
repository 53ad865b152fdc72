"""Routes of electric vehicles that recharge on the way (E-VRPTW)."""
