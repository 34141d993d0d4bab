"""The support-vector machine's inputs: the range that the card names."""

import numpy as np

from benchmarks import catalogue


def test_images_of_mnist_reach_the_kernel_from_minus_1_to_1():
    """As the zip codes, which are published so: the recipe once left them between 0 and 1."""
    entry = catalogue.load("svm_1995")
    model = entry.build(**catalogue.recipe(entry, "standard", "mnist").model)
    paper_and_ink = np.array([0, 255], "uint8").reshape(1, 1, 2, 1)
    np.testing.assert_array_equal(model.inputs(paper_and_ink), [[-1.0, 1.0]])
