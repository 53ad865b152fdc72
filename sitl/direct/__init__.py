"""A simulated vehicle in this process, behind the port that the fleet's drivers have."""
