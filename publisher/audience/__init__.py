"""Readers: how often what is read, and who wants the newsletter."""
