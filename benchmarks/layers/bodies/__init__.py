"""Bodies of convolutional nets that several entries share."""
