"""Layers, units and models that Keras lacks, each as its paper has it."""
