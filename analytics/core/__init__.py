"""Floor 0: the words of the domain. Needs nothing but the standard library (settings excepted)."""
