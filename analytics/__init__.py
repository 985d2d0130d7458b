"""Annotation quality analytics: judgments become counts, counts become statistics, statistics become pages."""
