"""The front door: what it answers, what it leaves, and how it ends."""
