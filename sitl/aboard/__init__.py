"""What a simulated autopilot does with its vehicle by itself, whichever wire it is told on, as PX4 does."""
