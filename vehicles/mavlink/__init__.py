"""MAVLink 2: the link, the exchanges over it, and the vehicles behind it."""
