"""Texts, word by word or character by character."""
