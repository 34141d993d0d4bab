"""Attention and the models built on it."""
