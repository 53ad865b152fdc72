"""An autopilot's own fence: few corners, and whether a way keeps to it."""
