"""Pooling, subsampling and their inverses."""
