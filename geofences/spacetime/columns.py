"""The columns of a piece of corridor as a row of an array: place and size in metres, UTC seconds."""

START_E, START_N, END_E, END_N, RADIUS, LOWER, UPPER, FROM, UNTIL = range(9)
