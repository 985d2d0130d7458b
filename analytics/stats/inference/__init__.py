"""Intervals, tests and verdicts that every subject shares."""
