"""How fast the engine is beside the alternatives: `python -m benchmarks.speed` (or `make bench`)."""
