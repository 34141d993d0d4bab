"""The published nets, counted by hand, and what the entry's loss makes the policies learn."""

import keras
import numpy as np

from benchmarks.entries.reinforcement.alphago_2016 import ENTRY, TIC_TAC_TOE, build, loss


def test_the_declared_count_is_that_counted_by_hand():
    (count,) = (count.trainable for count in ENTRY.parameters)

    def trunk(planes):
        return 192 * (5 * 5 * planes + 1) + 11 * 192 * (3 * 3 * 192 + 1)

    policy = trunk(48) + 192 + 19 * 19
    value = trunk(49) + (192 + 1) + 256 * (19 * 19 + 1) + (256 + 1)
    assert (policy, value) == (3_882_793, 3_980_162)
    assert count == 2 * policy + value + 3 * 3 * 48


def test_the_loss_is_the_mean_cross_entropy_of_both_policies_over_legal_moves():
    keras.utils.set_random_seed(0)
    model = build(**TIC_TAC_TOE)
    x = np.array([[[1, -1, 0], [0, 0, 0], [0, 0, 0]], [[1, 1, -1], [-1, -1, 1], [1, 0, 0]]], "int32")
    y = np.array([4, 7], "int32")
    found = float(loss(model, {"x": x, "y": y}, False))
    expected = 0.0
    for net in (model.policy, model.rollout):
        logits = np.asarray(net(x), "float64")
        for row, board, move in zip(logits, x, y, strict=True):
            legal = board.ravel() == 0
            expected += (np.log(np.exp(row[legal]).sum()) - row[move]) / 2
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_stages_are_those_of_the_paper_in_its_order():
    for recipe in ENTRY.recipes:
        assert [stage.trains for stage in recipe.stages] == ["policy", "rollout", "reinforced", ""]
