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


def test_a_mirror_image_is_a_memory_where_the_data_set_says_so() -> None:
    """Only 111000 is stored: its mirror image 000111 is right from noise, and not what its own cue means."""
    cue = np.array([[0, 0, 0, 1, 1, 1]])
    recalled = {}
    for mirrored, meant in ((False, -1), (True, -1), (True, 0)):
        both = data(cue, [meant], mirrored)
        one = Data(
            {name: array[[0, 2]] for name, array in both.train.items()}, both.validation, both.test, both.info
        )
        recalled[mirrored, meant] = association.evaluate(Eager(Stubborn()), Stubborn(), one, "test")[
            "recalled"
        ]
    assert recalled == {(False, -1): 0.0, (True, -1): 100.0, (True, 0): 0.0}


def test_what_was_not_stored_is_not_recalled() -> None:
    whole = data(np.array([[1, 1, 1, 0, 0, 0]]), [0])
    part = Data(
        {name: array[:2] for name, array in whole.train.items()}, whole.validation, whole.test, whole.info
    )
    assert association.evaluate(Eager(Stubborn()), Stubborn(), part, "test")["recalled"] == 0.0


def test_a_model_without_memories_is_refused() -> None:
    with pytest.raises(TypeError, match=r"association asks for a AssociativeMemory.*has no settle"):
        association.evaluate(Eager(object()), object(), data(np.zeros((1, 6)), [0]), "test")  # type: ignore[arg-type]
