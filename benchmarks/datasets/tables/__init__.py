"""Rows of features: truth tables, toy patterns, points in the plane."""
