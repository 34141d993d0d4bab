"""Sounds, as spectrograms."""
