"""Where may we go: pure, synchronous geometry. No clock, no network, no knowledge of vehicles."""
