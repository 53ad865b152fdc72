"""The doors: HTTP, the live stream, and who may do what."""
