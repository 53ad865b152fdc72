"""Messages to Telemetry, and to words."""
