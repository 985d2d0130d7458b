"""Comparisons, rankings, ratings and rewrites: the data of reward models."""
