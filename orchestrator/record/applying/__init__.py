"""What follows from a fact, by topic; `orchestrator.record.apply` is the one way in."""
