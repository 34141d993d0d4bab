"""Positions of games for two, with their values by perfect play."""
