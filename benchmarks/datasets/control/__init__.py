"""Environments to act in."""
