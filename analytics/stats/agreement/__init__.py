"""How far trainers agree, and why."""
