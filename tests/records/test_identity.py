"""What a run's identity is made of."""

import math

import numpy as np
import pytest

from benchmarks import records
from benchmarks.records.identity import digest
from tests.records.examples import make_record


def test_digest_is_the_sha256_of_canonical_json():
    # printf '{"a":[1,2.5,null],"b":"\u00fc"}' | sha256sum
    assert digest({"b": "ü", "a": (1, 2.5, math.nan)}) == "689a78f0dfb540e6"


def test_digest_takes_numpy_scalars_for_the_numbers_they_are():
    assert digest({"a": np.float32(0.5), "b": np.int64(3), "c": np.bool_(True)}) == digest(
        {"a": 0.5, "b": 3, "c": True}
    )


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {2}}, np.zeros(2), object()])
def test_digest_refuses_what_json_cannot_hold(value):
    with pytest.raises(TypeError, match="JSON cannot hold"):
        digest(value)


def test_the_task_hash_changes_with_recipe_and_data_and_not_with_what_they_run_on():
    asked = make_record()["spec"]["asked"]
    same = {**asked, "backend": "tensorflow", "precision": "bfloat16", "threads": 9, "devices": 4}
    assert records.task_hash(same) == records.task_hash(asked)
    for other in ({"entry": "x"}, {"data_checksum": "00" * 32}, {"determinism": "seeded"}):
        assert records.task_hash({**asked, **other}) != records.task_hash(asked)


def test_the_spec_hash_changes_with_what_was_asked_and_not_with_prose():
    asked = make_record()["spec"]["asked"]
    same = {
        **asked,
        "recipe": {
            **asked["recipe"],
            "source": "page 7",
            "floor": ("error", 9.0),
            "shortened": "a half",
            "tries": 6,
        },
    }
    assert records.spec_hash(same) == records.spec_hash(asked)
    for other in (
        {"precision": "bfloat16"},
        {"backend": "tensorflow"},
        {"data_checksum": "00" * 32},
        {"threads": 1},
        {"devices": 2},
        {"determinism": "seeded"},
        {"recipe": {**asked["recipe"], "epochs": 4}},
    ):
        assert records.spec_hash({**asked, **other}) != records.spec_hash(asked)
