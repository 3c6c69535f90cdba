"""From an article to a story: sentences, passages, pages."""
