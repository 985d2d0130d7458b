"""Floor 1: one reader per log format, into the contract's columns. Nothing is dropped or guessed in silence."""
