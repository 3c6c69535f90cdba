"""Turns stored articles into feeds, sitemaps and web stories, and serves them."""
