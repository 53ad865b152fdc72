"""What may be a fact, by topic; everybody else imports them from `orchestrator.record.events`."""
