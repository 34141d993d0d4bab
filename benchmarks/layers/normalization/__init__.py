"""Normalisation of activations and of filters."""
