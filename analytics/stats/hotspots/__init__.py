"""Where disagreement lives, why, and what fixing it would gain."""
