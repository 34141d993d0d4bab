"""Streams of symbols from a grammar, to be predicted symbol by symbol."""
