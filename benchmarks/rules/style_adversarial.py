"""The adversarial rule of StyleGAN2: two penalties that are taken only now and then, and mixed styles.

Karras et al., "Analyzing and improving the image quality of StyleGAN" (2020), section 3 and appendix B.
"""

import math
from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.units import draws
from benchmarks.rules import turns
from benchmarks.rules.protocol import Batch, Context, whole_model

#: Added under the root, which has no slope at 0.
SMALLEST = 1e-12
#: How far the mean length of paths moves towards that of a batch, in the authors' code.
PATH_RATE = 0.01
#: The path lengths are taken of a batch that is smaller by this, in the authors' code.
PATH_SHARE = 2
OPTIONS: dict[str, Any] = {
    "penalty": 10.0,
    "penalty_every": 16,
    "path_weight": 2.0,
    "path_every": 8,
    "mixing": 0.9,
    "half_life": 10_000,
}


class Learner:
    """Two optimisers of the recipe's kind, one for each player of a `StylePair`.

    Each step teaches the generator, then the discriminator, with logistic losses that do not saturate: mean
    softplus(-D(G(z))), and mean softplus(D(G(z))) + mean softplus(-D(x)). In between the average of the
    generator moves on. Now and then each player takes a second step, down a penalty alone, which counts that
    many times, with the same optimiser (`lazy` has its constants):

    - every `penalty_every`-th time the discriminator, down `penalty` / 2 · mean |dD/dx|² at the examples
      (Mescheder et al. 2018, R1);
    - every `path_every`-th time the generator, down `path_weight` · mean (|Jᵀy| - a)², where J is the
      derivative of an image by its styles, y a random image and a the running mean of such lengths
      (equation 4, in the units of the authors' code).

    With probability `mixing` an image has the styles of two z, with a change at a random layer. The average
    forgets half in `half_life` images. The options are those of the authors' code unless given, except that
    `path_every` is the paper's 8, in place of 4.
    """

    def __init__(self, context: Context) -> None:
        options = {**OPTIONS, **context.stage.rule_options}
        check(options)
        self.options = options
        self.model, self.driver = whole_model(context), context.driver
        self.optimizers = []
        for player, every in (
            (self.model.discriminator, options["penalty_every"]),
            (self.model.generator, options["path_every"]),
        ):
            optimizer = optimizers.make(lazy(context.stage.optimizer, every))
            optimizer.build(player.trainable_variables)
            self.optimizers.append(optimizer)
        n, generator = context.stage.batch_size, self.model.generator
        self.paths = max(1, n // PATH_SHARE)
        self.kept = 0.5 ** (n / options["half_life"])
        # Zeros in the shapes of a batch and of its styles: a driver differentiates by variables.
        self.shift = _zeros((n, *self.model.shape), "shift")
        self.style_shift = _zeros((self.paths, generator.depth, generator.width), "style_shift")
        self.mean_path = _zeros((), "mean_path")
        self.seed = keras.random.SeedGenerator(context.seed)
        self.count = turns.counter()
        self.variables = [
            *self.model.variables,
            *self.optimizers[0].variables,
            *self.optimizers[1].variables,
            self.shift,
            self.style_shift,
            self.mean_path,
            self.count,
            self.seed.state,
        ]

    def start(self) -> None:
        """The average starts from the generator as the stage finds it."""
        for slow, variable in zip(self.model.average.variables, self.model.generator.variables, strict=True):
            slow.assign(ops.copy(variable.value))

    def step(self, batch: Batch) -> dict[str, Any]:
        """A step of each player, and perhaps one down its penalty.

        Logs both players' losses in nats, and the running mean of the path lengths.
        """
        real = self.model.seen(batch["x"])
        n, generator = real.shape[0], self.model.generator
        # All at once: for the generator, for the discriminator, and for the paths.
        rows = (n, n, self.paths)
        normal = draws.normal((sum(rows), 2 * generator.latent + generator.pixels), self.seed)
        uniform = draws.uniform((sum(rows), 2), self.seed)
        direction = draws.normal((self.paths, *self.model.shape), self.seed)
        ends = [rows[0], rows[0] + rows[1]]
        drawn = list(zip(ops.split(normal, ends), ops.split(uniform, ends), strict=True))

        generator_loss = self._teach_generator(*drawn[0])
        self._shorten_paths(*drawn[2], direction / math.sqrt(math.prod(self.model.shape[:2])))
        self._follow()
        discriminator_loss = self._teach_discriminator(real, *drawn[1])
        self._flatten(real)
        self.count.assign(self.count + 1)
        return {
            "discriminator_loss": discriminator_loss,
            "generator_loss": generator_loss,
            "path_length": ops.convert_to_tensor(self.mean_path),
        }

    def _styles(self, normal: Any, uniform: Any) -> tuple[Any, Any]:
        """Styles [n, depth, d] and noise [n, pixels] made of normal numbers and two uniform ones each."""
        generator = self.model.generator
        size = generator.latent
        w = generator.mapping(ops.concatenate([normal[:, :size], normal[:, size : 2 * size]]))
        first, second = ops.split(ops.cast(w, "float32"), 2)
        styles = mixed(first, second, uniform, generator.depth, self.options["mixing"])
        return styles, normal[:, 2 * size :]

    def _images(self, normal: Any, uniform: Any) -> Any:
        styles, noise = self._styles(normal, uniform)
        return ops.cast(self.model.generator.synthesis([styles, noise], training=True), "float32")

    def _verdicts(self, images: Any) -> Any:
        return ops.cast(self.model.discriminator(images, training=True), "float32")

    def _teach_generator(self, normal: Any, uniform: Any) -> Any:
        weights = self.model.generator.trainable_variables

        def loss() -> Any:
            return ops.mean(ops.softplus(-self._verdicts(self._images(normal, uniform))))

        value, gradients = self.driver.gradient(loss, weights)
        self.optimizers[1].apply(gradients, weights)
        return value

    def _teach_discriminator(self, real: Any, normal: Any, uniform: Any) -> Any:
        weights = self.model.discriminator.trainable_variables
        fake = self._images(normal, uniform)

        def loss() -> Any:
            return ops.mean(ops.softplus(self._verdicts(fake))) + ops.mean(
                ops.softplus(-self._verdicts(real))
            )

        value, gradients = self.driver.gradient(loss, weights)
        self.optimizers[0].apply(gradients, weights)
        return value

    def _flatten(self, real: Any) -> None:
        """Perhaps a step of the discriminator down the penalty of its slopes at the examples."""
        weights = self.model.discriminator.trainable_variables
        every = self.options["penalty_every"]
        turn = turns.is_turn(self.count, every)

        def total() -> Any:
            return ops.sum(self._verdicts(real + ops.convert_to_tensor(self.shift)))

        def penalty() -> Any:
            _, (slopes,) = self.driver.gradient(total, [self.shift])
            return every * 0.5 * self.options["penalty"] * mean_square_slope(slopes)

        gradients = turns.when(
            turn,
            lambda: self.driver.gradient(penalty, weights)[1],
            [ops.zeros(weight.shape, weight.dtype) for weight in weights],
        )
        turns.apply(turn, self.optimizers[0], gradients, weights)

    def _shorten_paths(self, normal: Any, uniform: Any, direction: Any) -> None:
        """Perhaps a step of the generator down the penalty of its paths, whose mean length moves on."""
        weights = self.model.generator.trainable_variables
        every = self.options["path_every"]
        turn = turns.is_turn(self.count, every)

        def lengths() -> Any:
            styles, noise = self._styles(normal, uniform)

            def total() -> Any:
                shifted = styles + ops.convert_to_tensor(self.style_shift)
                images = self.model.generator.synthesis([shifted, noise], training=True)
                return ops.sum(ops.cast(images, "float32") * direction)

            _, (slopes,) = self.driver.gradient(total, [self.style_shift])
            return path_lengths(slopes)

        before = ops.convert_to_tensor(self.mean_path)

        def compute() -> list[Any]:
            mean = before + PATH_RATE * (ops.mean(lengths()) - before)

            def penalty() -> Any:
                return every * self.options["path_weight"] * ops.mean(ops.square(lengths() - mean))

            return [*self.driver.gradient(penalty, weights)[1], mean]

        *gradients, mean = turns.when(
            turn, compute, [*(ops.zeros(weight.shape, weight.dtype) for weight in weights), before]
        )
        turns.apply(turn, self.optimizers[1], gradients, weights)
        self.mean_path.assign(mean)

    def _follow(self) -> None:
        """The average moves towards the generator."""
        for slow, variable in zip(self.model.average.variables, self.model.generator.variables, strict=True):
            slow.assign(variable.value + self.kept * (slow.value - variable.value))


def _zeros(shape: tuple[int, ...], name: str) -> Any:
    return keras.Variable(ops.zeros(shape), trainable=False, dtype="float32", name=name)


def mixed(first: Any, second: Any, uniform: Any, depth: int, probability: float) -> Any:
    """Styles [n, depth, d] that with this probability change from `first` to `second`, both [n, d].

    The first of two `uniform` numbers, [n, 2] in [0, 1), says whether, the second at which of the layers 1 to
    `depth` - 1, each as often.
    """
    layer = 1.0 + ops.floor(uniform[:, 1] * (depth - 1))
    layer = ops.where(uniform[:, 0] < probability, layer, float(depth))
    of_first = ops.arange(depth, dtype="float32")[None] < layer[:, None]
    return ops.where(of_first[:, :, None], first[:, None], second[:, None])


def mean_square_slope(slopes: Any) -> Any:
    """The mean of |slope|² over the slopes [n, ...] of n images."""
    return ops.mean(ops.sum(ops.square(ops.reshape(slopes, (slopes.shape[0], -1))), axis=1))


def path_lengths(slopes: Any) -> Any:
    """The root mean square [n], over the layers, of the lengths of slopes [n, depth, d]."""
    return ops.sqrt(ops.mean(ops.sum(ops.square(slopes), axis=2), axis=1) + SMALLEST)


def lazy(optimizer: Mapping[str, Any], every: int) -> dict[str, Any]:
    """The recipe's optimiser for a player that takes `every` + 1 steps where it would take `every`.

    With c = every / (every + 1) its rate is c times as high, and `beta_1` and `beta_2`, where the recipe
    gives them, are taken to the power of c (appendix B). Raises ValueError if the rate is no number: a
    schedule would count other steps than the recipe's.
    """
    rate = optimizer.get("learning_rate")
    if not isinstance(rate, int | float):
        raise ValueError(
            f"style_adversarial: learning_rate is {rate!r}; give a number, which is scaled for each player"
        )
    c = every / (every + 1)
    betas = {name: optimizer[name] ** c for name in ("beta_1", "beta_2") if name in optimizer}
    return {**optimizer, "learning_rate": rate * c, **betas}


def check(options: Mapping[str, Any]) -> None:
    """Raises ValueError for rule options that make no sense."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise ValueError(
            f"style_adversarial has no option {unknown[0]!r}; its options are {', '.join(OPTIONS)}"
        )
    for name in ("penalty_every", "path_every"):
        if options[name] < 1:
            raise ValueError(f"style_adversarial: {name} is {options[name]}; it must be 1 or more")
    for name in ("penalty", "path_weight"):
        if options[name] < 0.0:
            raise ValueError(f"style_adversarial: {name} is {options[name]}; it must be 0 or more")
    if not 0.0 <= options["mixing"] <= 1.0:
        raise ValueError(f"style_adversarial: mixing is {options['mixing']}; it must be from 0 to 1")
    if options["half_life"] <= 0:
        raise ValueError(
            f"style_adversarial: half_life is {options['half_life']} images; it must be more than 0"
        )
