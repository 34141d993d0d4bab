"""Pairs of sequences: one to be turned into the other."""
