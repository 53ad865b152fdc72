"""Ways through the air: the shortest, the cheapest, the quietest, in time, and out of what closed."""
