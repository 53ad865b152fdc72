"""From state to action: decide, plan, verify, command, watch."""
