"""The record: events, the state that follows from them, the journal."""
