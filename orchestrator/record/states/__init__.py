"""What the fleet's state is made of, by topic; everybody else imports it from `orchestrator.record.state`."""
