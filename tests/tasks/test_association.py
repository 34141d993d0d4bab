"""Association: shares of cues, counted by hand."""

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import association
from tests.eager import Eager


class Stubborn:
    """Networks that stay in whatever state they are put."""

    def settle(self, states: np.ndarray, sets: np.ndarray) -> np.ndarray:
        return states


def data(x: np.ndarray, meant: list[int], mirrored: bool = False) -> Data:
    """Two sets of two patterns of six units; the cues are for the second set."""
    stored = np.array([[1] * 6, [0] * 6, [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]], "float32")
    train = {"x": stored, "y": np.array([0, 0, 1, 1]), "meant": np.array([0, 1, 0, 1])}
    cues = {"x": x.astype("float32"), "y": np.ones(len(x), int), "meant": np.array(meant)}
    return Data(train, cues, cues, info={"mirrored": mirrored})


def test_a_cue_is_recalled_nearly_recalled_or_elsewhere() -> None:
    cues = np.array([[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1]])
    scores = association.evaluate(Eager(Stubborn()), Stubborn(), data(cues, [0, 0, 0, 0]), "test")
    assert scores == {
        "recalled": 25.0,
        "nearly_recalled": 25.0,
        "elsewhere": 50.0,
        "wrong_units": (0 + 1 + 6 + 5) / 4,
    }


def test_from_noise_any_memory_of_the_set_is_right() -> None:
    cues = np.array([[0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 1]])
    scores = association.evaluate(Eager(Stubborn()), Stubborn(), data(cues, [-1, -1]), "validation")
    assert scores == {"recalled": 50.0, "nearly_recalled": 50.0, "elsewhere": 0.0, "wrong_units": 0.5}


def test_where_mirror_images_are_memories_they_are_right_from_noise_and_wrong_from_a_cue() -> None:
    """The second set has 111000 and 000111, each the mirror of the other; the first has 111111 and 000000."""
    cue = np.array([[1, 0, 1, 0, 1, 0]])
    plain, mirrored = (
        association.evaluate(Eager(Stubborn()), Stubborn(), data(cue, [-1], mirrored), "test")
        for mirrored in (False, True)
    )
    assert plain["wrong_units"] == mirrored["wrong_units"] == 2.0
    whole = data(cue, [0], True)
    alone = {name: array[[0, 2]] for name, array in whole.train.items()}  # 111111, and 111000
    for cues, meant, recalled in (([[0, 0, 0, 1, 1, 1]], [-1], 100.0), ([[0, 0, 0, 1, 1, 1]], [0], 0.0)):
        asked = data(np.array(cues), meant, True)
        scores = association.evaluate(
            Eager(Stubborn()), Stubborn(), Data(alone, asked.validation, asked.test, asked.info), "test"
        )
        assert scores["recalled"] == recalled


def test_what_was_not_stored_is_not_recalled() -> None:
    whole = data(np.array([[1, 1, 1, 0, 0, 0]]), [0])
    part = Data(
        {name: array[:2] for name, array in whole.train.items()}, whole.validation, whole.test, whole.info
    )
    assert association.evaluate(Eager(Stubborn()), Stubborn(), part, "test")["recalled"] == 0.0


def test_a_model_without_memories_is_refused() -> None:
    with pytest.raises(TypeError, match=r"association asks for a AssociativeMemory.*has no settle"):
        association.evaluate(Eager(object()), object(), data(np.zeros((1, 6)), [0]), "test")  # type: ignore[arg-type]
