"""Facts in words, by topic; `orchestrator.record.describe` is the one way in."""
