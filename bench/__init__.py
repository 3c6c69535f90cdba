"""Benchmarks: each is a module, run by `python -m bench.NAME`."""
