"""Trains runs and records them."""

from benchmarks import environment

environment.check_system()  # before modules are imported that Windows lacks
