"""Pure writers: (site, values) -> bytes. No clock, no store, no await."""
