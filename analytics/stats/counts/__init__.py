"""Counts of labels: what every statistic is computed from, and how sure it is."""
