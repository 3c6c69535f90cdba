"""Pictures: what is in a file, what is made of it, where it is kept."""
