"""What a mission would be: ways, legs, energy, reservation, surroundings; or the reasons why not."""
