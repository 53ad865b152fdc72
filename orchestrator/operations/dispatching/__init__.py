"""Who carries what: from the fleet's state to the dispatcher's problem, and from its answer to missions."""
