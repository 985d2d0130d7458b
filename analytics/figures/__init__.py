"""Floor 3: report -> Plotly figure as a plain dict. Never computes, never queries."""
