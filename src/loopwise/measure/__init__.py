"""HOW WELL: agreement first, then time. Nothing is timed before it has agreed."""
