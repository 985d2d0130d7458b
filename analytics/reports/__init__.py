"""Floor 2: engine + scope + filters -> one report object per page. Joins store with stats; does no mathematics."""
