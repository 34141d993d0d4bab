"""Convolutions that Keras lacks: over time, unshared, sparsely connected, unrolled."""
