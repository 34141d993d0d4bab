"""The figures of the report, one module each: `draw(results)` returns the figures that the results allow.

There may be none. Every figure has a caption and an alternative text that state its finding, computed from
its data.
"""
