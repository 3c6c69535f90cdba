"""Where articles and the change log are kept: one port, several engines."""
