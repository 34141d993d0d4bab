"""The net of airbench94 and its loss."""

import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("airbench_2024")


def test_maps_shrink_as_the_authors_code_has_them():
    model = ENTRY.build()
    sizes = {layer.name: tuple(layer.output.shape)[1:] for layer in model.layers}
    assert sizes["whitening"] == (31, 31, 24)
    assert [
        shape[0] for name, shape in sizes.items() if "max_pooling2d" in name and "global" not in name
    ] == [15, 7, 3]
    fixed = [
        weight.path for weight in model.non_trainable_variables if weight.path.endswith(("kernel", "gamma"))
    ]
    assert len(fixed) == 1 and fixed[0].endswith("whitening/kernel")


def test_labels_are_smoothed_in_training_alone():
    """PyTorch's label smoothing: 1 - e for the label, and e shared by all classes alike."""
    logits = np.random.default_rng(0).normal(size=(5, 10)).astype("float32")
    labels = np.array([0, 3, 9, 3, 1], "int32")
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    own = -logs[np.arange(5), labels]
    batch = {"x": logits, "y": labels}
    assert ENTRY.loss is not None
    found = [float(ENTRY.loss(lambda x, training: x, batch, training)) for training in (True, False)]
    np.testing.assert_allclose(found, [np.mean(0.8 * own - 0.2 * logs.mean(axis=1)), np.mean(own)], rtol=1e-5)
