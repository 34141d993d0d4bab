"""What is run and how: the catalogue of architectures, their data, and the engine that trains them."""

__version__ = "0.1.0"
