"""How each trainer is calibrated, fairly, and what may be said of it."""
