"""Ways in: every reader turns somebody's export into the same values, and knows no store."""
