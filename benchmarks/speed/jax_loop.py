"""The five nets in JAX by hand, without Keras: what an engine on JAX could at best reach."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.speed.contenders import Round, fastest
from benchmarks.speed.workloads import Workload

Parameters = Any


def _glorot(key: Any, shape: tuple[int, ...]) -> Any:
    fans = int(np.prod(shape[:-2])) * (shape[-2] + shape[-1])
    return jax.random.uniform(key, shape, minval=-1.0, maxval=1.0) * (6.0 / fans) ** 0.5


def _dense(key: Any, inputs: int, units: int) -> Parameters:
    return {"w": _glorot(key, (inputs, units)), "b": jnp.zeros(units)}


def _apply(p: Parameters, x: Any) -> Any:
    return x @ p["w"] + p["b"]


def _convolve(w: Any, x: Any, stride: int = 1, padding: str = "SAME") -> Any:
    return lax.conv_general_dilated(
        x, w, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def _mlp(keys: Any) -> tuple[Parameters, Callable[..., Any]]:
    p = [_dense(next(keys), 784, 300), _dense(next(keys), 300, 10)]
    return p, lambda p, s, x: (_apply(p[1], jnp.tanh(_apply(p[0], x))), s)


def _lenet5(keys: Any) -> tuple[Parameters, Callable[..., Any]]:
    p = {
        "c1": _glorot(next(keys), (5, 5, 1, 6)),
        "b1": jnp.zeros(6),
        "c2": _glorot(next(keys), (5, 5, 6, 16)),
        "b2": jnp.zeros(16),
        "dense": [_dense(next(keys), 400, 120), _dense(next(keys), 120, 84), _dense(next(keys), 84, 10)],
    }

    def pool(x: Any) -> Any:
        return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def forward(p: Parameters, s: Any, x: Any) -> tuple[Any, Any]:
        x = pool(jax.nn.relu(_convolve(p["c1"], x) + p["b1"]))
        x = pool(jax.nn.relu(_convolve(p["c2"], x, padding="VALID") + p["b2"]))
        x = x.reshape(x.shape[0], -1)
        for layer in p["dense"][:-1]:
            x = jax.nn.relu(_apply(layer, x))
        return _apply(p["dense"][-1], x), s

    return p, forward


def _lstm(keys: Any) -> tuple[Parameters, Callable[..., Any]]:
    units = 128
    p = {
        "w": _glorot(next(keys), (32, 4 * units)),
        "u": _glorot(next(keys), (units, 4 * units)),
        "b": jnp.zeros(4 * units),
        "out": _dense(next(keys), units, 10),
    }

    def forward(p: Parameters, s: Any, x: Any) -> tuple[Any, Any]:
        projected = jnp.swapaxes(x, 0, 1) @ p["w"] + p["b"]

        def cell(state: Any, z: Any) -> tuple[Any, None]:
            h, c = state
            i, f, g, o = jnp.split(z + h @ p["u"], 4, axis=-1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zero = jnp.zeros((x.shape[0], units))
        (h, _), _ = lax.scan(cell, (zero, zero), projected)
        return _apply(p["out"], h), s

    return p, forward


def _resnet20(keys: Any) -> tuple[Parameters, Callable[..., Any]]:
    shapes = [(3, 16, 1)]
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            before = filters if block or not stage else filters // 2
            shapes += [(before, filters, 2 if block == 0 and stage else 1), (filters, filters, 1)]
    p = {
        "convolutions": [
            {"w": _glorot(next(keys), (3, 3, i, o)), "scale": jnp.ones(o), "shift": jnp.zeros(o)}
            for i, o, _ in shapes
        ],
        "out": _dense(next(keys), 64, 10),
    }

    def forward(p: Parameters, s: Any, x: Any) -> tuple[Any, Any]:
        moving = []

        def normalised(layer: int, x: Any) -> Any:
            q, stride = p["convolutions"][layer], shapes[layer][2]
            x = _convolve(q["w"], x, stride)
            mean, variance = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
            moving.append((0.9 * s[layer][0] + 0.1 * mean, 0.9 * s[layer][1] + 0.1 * variance))
            return (x - mean) * (lax.rsqrt(variance + 1e-5) * q["scale"]) + q["shift"]

        x = jax.nn.relu(normalised(0, x))
        for first in range(1, len(shapes), 2):
            y = normalised(first + 1, jax.nn.relu(normalised(first, x)))
            if shapes[first][2] == 2:
                pad = shapes[first][0] // 2
                x = jnp.pad(x[:, ::2, ::2, :], ((0, 0), (0, 0), (0, 0), (pad, pad)))
            x = jax.nn.relu(x + y)
        return _apply(p["out"], jnp.mean(x, (1, 2))), moving

    p["_state"] = [(jnp.zeros(o), jnp.ones(o)) for _, o, _ in shapes]
    return p, forward


def _transformer(keys: Any) -> tuple[Parameters, Callable[..., Any]]:
    width, heads, hidden = 128, 4, 512
    norm = {"scale": jnp.ones(width), "shift": jnp.zeros(width)}
    p = {
        "embedding": jax.random.uniform(next(keys), (1000, width), minval=-0.05, maxval=0.05),
        "positions": jax.random.uniform(next(keys), (128, width), minval=-0.05, maxval=0.05),
        "layers": [
            {name: _dense(next(keys), width, width) for name in ("q", "k", "v", "o")}
            | {
                "up": _dense(next(keys), width, hidden),
                "down": _dense(next(keys), hidden, width),
                "n1": dict(norm),
                "n2": dict(norm),
            }
            for _ in range(2)
        ],
        "out": _dense(next(keys), width, 10),
    }

    def normalised(p: Parameters, x: Any) -> Any:
        mean = jnp.mean(x, -1, keepdims=True)
        variance = jnp.mean(jnp.square(x - mean), -1, keepdims=True)
        return (x - mean) * lax.rsqrt(variance + 1e-5) * p["scale"] + p["shift"]

    def forward(p: Parameters, s: Any, tokens: Any) -> tuple[Any, Any]:
        x = p["embedding"][tokens] + p["positions"]
        n, t, _ = x.shape
        for q in p["layers"]:
            query, key, value = (_apply(q[name], x).reshape(n, t, heads, width // heads) for name in "qkv")
            attention = jax.nn.softmax(jnp.einsum("nqhd,nkhd->nhqk", query * (width // heads) ** -0.5, key))
            mixed = jnp.einsum("nhqk,nkhd->nqhd", attention, value).reshape(n, t, width)
            x = normalised(q["n1"], x + _apply(q["o"], mixed))
            x = normalised(q["n2"], x + _apply(q["down"], jax.nn.relu(_apply(q["up"], x))))
        return _apply(p["out"], jnp.mean(x, 1)), s

    return p, forward


def has_tf32() -> bool:
    """Whether the device can round to TF32: by the compute capability, 8.0 or later. AMD's is no number."""
    major = str(getattr(jax.devices()[0], "compute_capability", "")).partition(".")[0]
    return major.isdecimal() and int(major) >= 8


def set_precision(precision: str) -> None:
    """As `backend.start` has it for the engine: JAX itself would round to TF32 on a GPU."""
    jax.config.update("jax_default_matmul_precision", "tensorfloat32" if precision == "tf32" else "highest")


def jax_by_hand(workload: Workload) -> Round:
    """The fastest of single steps, an epoch as one scan, and that scan unrolled; data on the device."""
    keys = iter(jax.random.split(jax.random.key(0), 64))
    made, forward = {
        "mlp": _mlp,
        "lenet5": _lenet5,
        "lstm": _lstm,
        "resnet20": _resnet20,
        "transformer": _transformer,
    }[workload.name](keys)
    extra = made.pop("_state", []) if isinstance(made, dict) else []
    data = {key: jax.device_put(value) for key, value in workload.data().items()}

    def loss(p: Parameters, s: Any, x: Any, y: Any) -> tuple[Any, Any]:
        logits, s = forward(p, s, x)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)), s

    def step(state: Any, indices: Any, data: Any) -> tuple[Any, Any]:
        p, velocity, s = state
        (value, s), gradients = jax.value_and_grad(loss, has_aux=True)(
            p, s, data["x"][indices], data["y"][indices]
        )
        velocity = jax.tree.map(lambda v, g: 0.9 * v - workload.learning_rate * g, velocity, gradients)
        return (jax.tree.map(jnp.add, p, velocity), velocity, s), value

    single = jax.jit(step, donate_argnums=0)
    scans = {
        unroll: jax.jit(
            lambda state, order, data, unroll=unroll: lax.scan(
                lambda s, i: step(s, i, data), state, order, unroll=unroll
            ),
            donate_argnums=0,
        )
        for unroll in ((1, 4) if workload.steps > 1000 else (1,))
    }
    random = np.random.default_rng(0)

    def fresh() -> Any:
        return jax.tree.map(jnp.copy, (made, jax.tree.map(jnp.zeros_like, made), extra))

    def order() -> Any:
        return (
            random.permutation(workload.examples).reshape(workload.steps, workload.batch_size).astype("int32")
        )

    states = {unroll: fresh() for unroll in (0, *scans)}

    def by_scan(unroll: int) -> None:
        states[unroll], losses = scans[unroll](states[unroll], order(), data)
        np.asarray(losses)

    def by_step() -> None:
        losses = []
        for indices in order():
            states[0], value = single(states[0], indices, data)
            losses.append(value)
        np.asarray(losses[-1])
        jax.block_until_ready(states[0])

    return fastest([by_step, *(functools.partial(by_scan, unroll) for unroll in scans)])
