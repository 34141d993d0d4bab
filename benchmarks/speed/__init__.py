"""How fast the engine is compared with the alternatives: `python -m benchmarks.speed` (or `make bench`)."""
