"""Sound, sample by sample: van den Oord et al., "WaveNet: a generative model for raw audio" (2016), section
2."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.convolution.time_delay import delayed
from benchmarks.layers.look_up import Embedding
from benchmarks.layers.recurrent.scan import scan


def expanded(levels: np.ndarray) -> np.ndarray:
    """The sound pressure in [-1, 1] of the middle of each of 256 levels (section 2.2): float64 of the same
    shape."""
    middle = (np.asarray(levels, "float64") + 0.5) / 128.0 - 1.0
    return np.sign(middle) * (256.0 ** np.abs(middle) - 1.0) / 255.0


class WaveNet(keras.Model):
    """Levels int32 [n, T] to logits [n, T, levels] of each next one: dilated causal convolutions of two taps.

    Each of the `dilations` is one block: tanh of a filter times the sigmoid of a gate goes through a
    convolution of one tap to the next block, added to what this one was given (`residual` channels), and
    through another to the outputs (`skip` channels), which add up (section 2.4).
    """

    def __init__(self, dilations: tuple[int, ...], residual: int, skip: int, levels: int = 256) -> None:
        super().__init__()
        self.dilations, self.residual, self.levels = dilations, residual, levels
        self.silence = levels // 2
        self.table = Embedding(levels, residual, name="levels")
        self.table.build((None,))
        self.gated, self.onwards, self.skips = [], [], []
        for number, dilation in enumerate(dilations):
            name = f"{number}_dilation_{dilation}"
            self.gated.append(_dense(2 * residual, 2 * residual, f"gated_{name}"))
            if number + 1 < len(dilations):  # nothing follows the last block
                self.onwards.append(_dense(residual, residual, f"residual_{name}"))
            self.skips.append(_dense(residual, skip, f"skip_{name}"))
        self.hidden = _dense(skip, skip, "hidden")
        self.answer = _dense(skip, levels, "output")
        self.built = True

    @property
    def reach(self) -> int:
        """How many levels a prediction sees."""
        return 1 + sum(self.dilations)

    def block(self, number: int, both: Any, now: Any) -> tuple[Any, Any]:
        """What block `number` adds to the outputs, and what it hands on; `both` are its taps, the earlier
        first."""
        filtered, gate = ops.split(self.gated[number](both), 2, axis=-1)
        found = ops.tanh(filtered) * ops.sigmoid(gate)
        onwards = now + self.onwards[number](found) if number < len(self.onwards) else now
        return self.skips[number](found), onwards

    def logits(self, total: Any) -> Any:
        """The logits, given the sum of what the blocks found."""
        return self.answer(ops.relu(self.hidden(ops.relu(total))))

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits of the level after each step."""
        now = self.table(ops.cast(x, "int32"))
        total: Any = 0.0
        for number, dilation in enumerate(self.dilations):
            found, now = self.block(number, delayed(now, 2, dilation, causal=True), now)
            total = total + found
        return self.logits(total)

    def step(self, level: Any, past: list[Any]) -> tuple[Any, list[Any]]:
        """The logits [n, levels] after one more level [n], and the past with it.

        The past of a block are as many of its inputs as its taps lie apart, [n, dilation, residual].
        """
        now = self.table(ops.cast(level, "int32"))
        total: Any = 0.0
        after = []
        for number, before in enumerate(past):
            after.append(ops.concatenate([before[:, 1:], now[:, None]], axis=1))
            found, now = self.block(number, ops.concatenate([before[:, 0], now], axis=-1), now)
            total = total + found
        return self.logits(total), after

    def sampled(self, uniform: Any) -> Any:
        """Levels int32 [n, T] drawn one after the other by uniform numbers [n, T], the first after
        silence."""
        count = ops.shape(uniform)[0]
        start = [
            ops.zeros((count, dilation, self.residual), self.compute_dtype) for dilation in self.dilations
        ]

        def draw(carry: tuple[Any, list[Any]], number: Any) -> tuple[tuple[Any, list[Any]], Any]:
            level, past = carry
            logits, past = self.step(level, past)
            level = drawn(logits, number)
            return (level, past), level

        return scan(draw, (ops.full((count,), self.silence, "int32"), start), uniform)[1]


def drawn(logits: Any, uniform: Any) -> Any:
    """The level at which the summed probabilities [n, levels] pass a uniform number [n]: int32 [n]."""
    reached = ops.cumsum(ops.softmax(ops.cast(logits, "float32"), axis=-1), axis=-1)
    passed = ops.sum(ops.cast(reached <= uniform[:, None], "int32"), axis=-1)
    return ops.minimum(passed, logits.shape[-1] - 1)


def sample(model: WaveNet, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The levels that uniform numbers draw."""
    return {"levels": model.sampled(batch["uniform"])}


def _dense(inputs: int, outputs: int, name: str) -> Any:
    layer = keras.layers.Dense(outputs, name=name)
    layer.build((None, inputs))
    return layer
