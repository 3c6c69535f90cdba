"""Fault injection: each drill breaks something on purpose and prints what it measured."""
