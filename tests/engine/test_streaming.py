"""Data that memory cannot hold: read in chunks, learned from as if they lay on the device."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.engine import compiled, workbench
from benchmarks.engine.clock import Clock
from benchmarks.engine.compiled import CompiledStage
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import Data, Entry, Paper, Recipe
from tests.datasets import miniature_imagenet


def build() -> Any:
    import keras

    from benchmarks.layers.image.augmentation import MeanImage
    from benchmarks.layers.image.crops import ScaleCrop

    image = [
        keras.Input((256, 256, 3)),
        MeanImage(),
        ScaleCrop(224, (256, 256)),
        keras.layers.Rescaling(1 / 128),
    ]
    return keras.Sequential(
        [*image, keras.layers.AveragePooling2D(56), keras.layers.Flatten(), keras.layers.Dense(3)]
    )


RECIPE = Recipe(
    dataset="imagenet",
    tier="paper",
    source="this test",
    optimizer={"name": "SGD", "learning_rate": 0.1},
    epochs=4,
    evaluate_every=2,
    batch_size=8,
    task_options={"top": 5},
)
ENTRY = Entry(
    "colour_2000",
    "Colour",
    "convolutional",
    "classification",
    "Looks at the colour.",
    Paper("", "", 2000, ""),
    build,
    (RECIPE,),
    parameters=(),
)


def in_memory(data: Data) -> Data:
    def whole(split: Any) -> dict[str, Any]:
        return {key: np.asarray(value[np.arange(len(value))]) for key, value in split.items()}

    return dataclasses.replace(
        data, train=whole(data.train), validation=whole(data.validation), test=whole(data.test)
    )


def trained(options: Options) -> tuple[Workbench, list[dict[str, float]]]:
    bench = Workbench(ENTRY, RECIPE, options, Clock(), 1)
    bench.reset(1)
    return bench, [bench.train_leg(epoch, epoch + 2)[2] for epoch in (0, 2)]


def test_streamed_in_chunks_or_held_in_memory_is_the_same_run(
    tmp_path: Path, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = Options(backend=driver.name, data_dir=miniature_imagenet.write(tmp_path))
    monkeypatch.setattr(
        compiled, "CHUNK_BYTES", 3 * 8 * 256 * 256 * 3 + 1000
    )  # three batches a chunk; an epoch has ten
    streamed, logs = trained(options)
    stage = streamed.stages[0]
    assert isinstance(stage, CompiledStage) and (stage.streamed, stage.rows) == (True, 3)
    assert stage.leg == 1, (
        "a pass over a large data set ends with a checkpoint, however seldom the net is evaluated"
    )
    loaded = workbench.load_data
    monkeypatch.setattr(workbench, "load_data", lambda recipe, folder: in_memory(loaded(recipe, folder)))
    held, same_logs = trained(options)
    stage = held.stages[0]
    assert isinstance(stage, CompiledStage) and not stage.streamed and stage.leg == 2
    assert logs == [pytest.approx(some, rel=1e-5) for some in same_logs]
    for one, other in zip(streamed.driver.read(), held.driver.read(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    scores = streamed.evaluate("test")
    assert scores["error"] == 0.0 and scores["top5_error"] == 0.0, (
        "the colours are learned, and three classes are always among five"
    )
