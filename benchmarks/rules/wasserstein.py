"""The adversarial rule of Wasserstein nets: a critic whose slope is held near 1 by a penalty.

Gulrajani et al., "Improved training of Wasserstein GANs" (2017), algorithm 1.
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.units import draws
from benchmarks.rules import turns
from benchmarks.rules.protocol import Batch, Context, whole_model

#: Added under the root, which has no slope at 0.
SMALLEST = 1e-12


class Learner:
    """Two optimisers of the recipe's kind, one for each player.

    Each step teaches the critic with one batch and as many samples: it minimises

        mean D(sample) - mean D(example) + penalty · mean (|dD/dx| - 1)²,

    the slopes taken at random places on the lines between pairs of them. Every `critic_steps`-th step (5
    unless given) the generator learns, too, from as many fresh samples: it maximises mean D(sample). The rule
    option `penalty` is 10 unless given, the paper's value for all of its nets.
    """

    def __init__(self, context: Context) -> None:
        options = {"critic_steps": 5, "penalty": 10.0, **context.stage.rule_options}
        check(options)
        self.model, self.driver = whole_model(context), context.driver
        self.critic_steps, self.penalty = options["critic_steps"], options["penalty"]
        self.optimizers = []
        for player in (self.model.discriminator, self.model.generator):
            optimizer = optimizers.make(context.stage.optimizer)
            optimizer.build(player.trainable_variables)
            self.optimizers.append(optimizer)
        # Zeros in the shape of a batch: a driver differentiates by variables.
        shape = (context.stage.batch_size, *self.model.shape)
        self.shift = keras.Variable(ops.zeros(shape), trainable=False, dtype="float32", name="shift")
        self.seed = keras.random.SeedGenerator(context.seed)
        self.count = turns.counter()
        self.variables = [
            *self.model.variables,
            *self.optimizers[0].variables,
            *self.optimizers[1].variables,
            self.shift,
            self.count,
            self.seed.state,
        ]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step of the critic, and perhaps one of the generator.

        Logs the critic's loss: the lower, the better it tells samples from examples.
        """
        critic, generator = self.model.discriminator, self.model.generator
        real = self.model.intensity(batch["x"])
        fake = ops.cast(generator(self._noise(real.shape[0]), training=True), "float32")
        share = draws.uniform((real.shape[0], *(1 for _ in self.model.shape)), self.seed)
        between = real + share * (fake - real)

        def verdicts(images: Any) -> Any:
            return ops.cast(critic(images, training=True), "float32")

        def loss() -> Any:
            distance = ops.mean(verdicts(real)) - ops.mean(verdicts(fake))
            return self.penalty * one_lipschitz_penalty(self._slopes(between)) - distance

        value, gradients = self.driver.gradient(loss, critic.trainable_variables)
        self.optimizers[0].apply(gradients, critic.trainable_variables)
        self._teach_generator(real.shape[0])
        return {"critic_loss": value}

    def _noise(self, n: int) -> Any:
        return self.model.noise(draws.uniform((n, self.model.latent), self.seed))

    def _slopes(self, images: Any) -> Any:
        """The length [n] of the critic's gradient at each of the images."""

        def total() -> Any:
            shifted = images + ops.convert_to_tensor(self.shift)
            return ops.sum(ops.cast(self.model.discriminator(shifted, training=True), "float32"))

        _, (gradient,) = self.driver.gradient(total, [self.shift])
        squares = ops.sum(ops.square(ops.reshape(gradient, (gradient.shape[0], -1))), axis=1)
        return ops.sqrt(squares + SMALLEST)

    def _teach_generator(self, n: int) -> None:
        weights = self.model.generator.trainable_variables
        noise = self._noise(n)
        turn = turns.is_turn(self.count, self.critic_steps)

        def loss() -> Any:
            samples = self.model.generator(noise, training=True)
            return -ops.mean(ops.cast(self.model.discriminator(samples, training=True), "float32"))

        gradients = turns.when(
            turn,
            lambda: self.driver.gradient(loss, weights)[1],
            [ops.zeros(weight.shape, weight.dtype) for weight in weights],
        )
        turns.apply(turn, self.optimizers[1], gradients, weights)
        self.count.assign(self.count + 1)


def one_lipschitz_penalty(slopes: Any) -> Any:
    """The mean square of what the slopes [n] are away from 1."""
    return ops.mean(ops.square(slopes - 1.0))


def check(options: dict[str, Any]) -> None:
    """Raises ValueError for rule options that make no sense."""
    unknown = sorted(set(options) - {"critic_steps", "penalty"})
    if unknown:
        raise ValueError(
            f"wasserstein has no option {unknown[0]!r}; its options are critic_steps and penalty"
        )
    if options["critic_steps"] < 1:
        raise ValueError(f"wasserstein: critic_steps is {options['critic_steps']}; it must be 1 or more")
    if options["penalty"] < 0.0:
        raise ValueError(f"wasserstein: penalty is {options['penalty']}; it must be 0 or more")
