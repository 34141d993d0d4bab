"""Sequences with one answer each: adding, copying, long time lags, temporal order."""
