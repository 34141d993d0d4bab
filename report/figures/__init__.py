"""The figures of the report, one module each: `draw(results)` gives the figures that the results allow, perhaps none.

Every figure has a caption and an alternative text that state its finding, computed from its data.
"""
