"""Draws every picture of the bundled sample magazine: `python -m tests.tool.draw_sample [name ...]`.

Needs Pillow and numpy. A picture is a function of a `Canvas` with a fixed seed, so a run gives the same pictures again.
"""
