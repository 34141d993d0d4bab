"""Pre-training and its controls: what is trained, by how many labels, and from where."""

import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("unsupervised_pretraining_2010")
PRE = {"": "no-pretraining"} | {
    f"{number}-labels": f"{number}-labels-no-pretraining" for number in (100, 1000, 10_000)
}


def test_each_arm_has_its_control_with_the_same_labels_and_passes() -> None:
    for tier in ("pocket", "standard"):
        recipes = {recipe.variant: recipe for recipe in catalogue.recipes(ENTRY, tier)}
        pairs = [(recipes[name], recipes[control]) for name, control in PRE.items() if name in recipes]
        assert len(recipes) == 2 * len(pairs)
        for full, alone in pairs:
            last, only = catalogue.stages(full)[-1], catalogue.stages(alone)[-1]
            assert (last.limit, last.epochs, last.batch_size) == (
                alone.limit or only.limit,
                only.epochs,
                only.batch_size,
            )
            assert full.model == alone.model and full.tries == alone.tries
            # Without labels the machines see every training image.
            assert [stage.limit for stage in full.stages[:-1]] == [None, None, None]


def test_visible_biases_are_the_machines_own_and_no_weights_of_the_net() -> None:
    model = ENTRY.build(sizes=(5, 4), input_shape=(3,), scale=1.0, classes=2)
    x = np.random.default_rng(0).random((6, 3)).astype("float32")
    before = np.asarray(model(x))
    for machine in model.machines:
        machine.visible_bias.assign(np.full(machine.visible, 3.0))
    np.testing.assert_array_equal(np.asarray(model(x)), before)
    assert len(model.trainable_weights) == 6 and len(model.weights) == 8


def test_the_net_is_sigmoid_layers_and_logits() -> None:
    model = ENTRY.build(sizes=(5, 4), input_shape=(3,), scale=2.0, classes=2, spread=1.0)
    x = np.random.default_rng(0).random((6, 3)).astype("float32")
    state = x / 2.0
    for machine in model.machines:
        state = 1.0 / (1.0 + np.exp(-(state @ np.asarray(machine.kernel.value))))
    expected = state @ np.asarray(model.logits.kernel.value)
    np.testing.assert_allclose(np.asarray(model(x)), expected, rtol=1e-5, atol=1e-6)
