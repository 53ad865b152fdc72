"""What a timed path breaks, where and when: it measures, and knows nothing of planners."""
