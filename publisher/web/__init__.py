"""The HTTP server: thin, owns no lifetimes, knows Documents and not what is in them."""
