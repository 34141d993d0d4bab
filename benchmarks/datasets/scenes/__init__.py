"""Scenes and clips composed of the images of other data sets."""
