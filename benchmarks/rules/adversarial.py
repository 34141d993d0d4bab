"""The adversarial rule: a discriminator learns to recognise samples, a generator learns to deceive it.

Goodfellow et al., "Generative adversarial nets", NIPS 27 (2014), algorithm 1.
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.units import draws
from benchmarks.rules.protocol import Batch, Context, DrawsMasks, whole_model

ORDERS = ("simultaneous", "alternating")
GENERATOR_LOSSES = ("non-saturating", "minimax")


class Learner:
    """Two optimisers of the recipe's kind, one for each player.

    Rule options: `order` "alternating" takes `discriminator_steps` (k) steps of the discriminator, each
    on its own k-th of the batch and fresh noise, then one of the generator (algorithm 1);
    "simultaneous" takes one step of both from the same samples, judged through the same dropout
    masks, as the authors' code does.
    `generator_loss` "minimax" is log(1 - D(G(z))), "non-saturating" -log D(G(z)), whose
    gradient does not vanish if the discriminator is certain (section 3 of the paper).
    """

    def __init__(self, context: Context) -> None:
        options = {
            "order": "alternating",
            "discriminator_steps": 1,
            "generator_loss": "non-saturating",
            **context.stage.rule_options,
        }
        check(options, context.stage.batch_size)
        self.model, self.driver = whole_model(context), context.driver
        self.order, self.steps, self.generator_loss = (
            options["order"],
            options["discriminator_steps"],
            options["generator_loss"],
        )
        self.optimizers = []
        for player in (self.model.discriminator, self.model.generator):
            optimizer = optimizers.make(context.stage.optimizer)
            optimizer.build(player.trainable_variables)
            self.optimizers.append(optimizer)
        self.seed = keras.random.SeedGenerator(context.seed)
        self.mask_seeds = [
            layer.seed_generator for layer in self.model.discriminator.layers if isinstance(layer, DrawsMasks)
        ]
        self.variables = [
            *self.model.variables,
            *self.optimizers[0].variables,
            *self.optimizers[1].variables,
            self.seed.state,
        ]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One round of the game. Logs both players' losses in nats: log 2 if the discriminator guesses."""
        real = self.model.intensity(batch["x"])
        share = real.shape[0] // self.steps
        if self.order == "simultaneous":
            noise = self._noise(share)
            before = self._mask_seeds()
            first, down = self._discriminator_gradients(real, noise)
            after = self._mask_seeds()
            self._set_mask_seeds(before)
            second, up = self._generator_gradients(noise)
            self._set_mask_seeds(after)
            self._apply(0, down)
            self._apply(1, up)
            return {"discriminator_loss": first, "generator_loss": second}
        first = 0.0
        for k in range(self.steps):
            loss, gradients = self._discriminator_gradients(
                real[k * share : (k + 1) * share], self._noise(share)
            )
            self._apply(0, gradients)
            first = first + loss / self.steps
        second, gradients = self._generator_gradients(self._noise(share))
        self._apply(1, gradients)
        return {"discriminator_loss": first, "generator_loss": second}

    def _noise(self, n: int) -> Any:
        return self.model.noise(draws.uniform((n, self.model.latent), self.seed))

    def _mask_seeds(self) -> list[Any]:
        """The present states of the seeds from which the discriminator draws its dropout masks."""
        return [ops.copy(seed.state) for seed in self.mask_seeds]

    def _set_mask_seeds(self, states: list[Any]) -> None:
        for seed, state in zip(self.mask_seeds, states, strict=True):
            seed.state.assign(state)

    def _discriminator_gradients(self, real: Any, noise: Any) -> tuple[Any, list[Any]]:
        model = self.model

        def loss() -> Any:
            # The samples first: the generator's turn starts from the same seeds and gets the same masks.
            fake = model.discriminator(model.generator(noise, training=True), training=True)
            return discriminator_loss(model.discriminator(real, training=True), fake)

        return self.driver.gradient(loss, model.discriminator.trainable_variables)

    def _generator_gradients(self, noise: Any) -> tuple[Any, list[Any]]:
        model = self.model

        def loss() -> Any:
            return generator_loss(
                model.discriminator(model.generator(noise, training=True), training=True), self.generator_loss
            )

        return self.driver.gradient(loss, model.generator.trainable_variables)

    def _apply(self, player: int, gradients: list[Any]) -> None:
        model = (self.model.discriminator, self.model.generator)[player]
        self.optimizers[player].apply(gradients, model.trainable_variables)


def discriminator_loss(real: Any, fake: Any) -> Any:
    """Half of -log D(x) - log(1 - D(G(z))), the mean over logits `real` and `fake` [n, 1]: cross-entropy of
    equally many of each.
    """
    return 0.5 * (
        ops.mean(ops.softplus(-ops.cast(real, "float32"))) + ops.mean(ops.softplus(ops.cast(fake, "float32")))
    )


def generator_loss(fake: Any, kind: str) -> Any:
    """The mean of -log D(G(z)) ("non-saturating") or of log(1 - D(G(z))) ("minimax") over logits `fake` [n,
    1].
    """
    fake = ops.cast(fake, "float32")
    return ops.mean(ops.softplus(-fake)) if kind == "non-saturating" else -ops.mean(ops.softplus(fake))


def check(options: dict[str, Any], batch_size: int) -> None:
    """Raises ValueError for rule options that make no sense."""
    unknown = sorted(set(options) - {"order", "discriminator_steps", "generator_loss"})
    if unknown:
        raise ValueError(
            f"adversarial has no option {unknown[0]!r}; its options are order, discriminator_steps and"
            " generator_loss"
        )
    for name, valid in (("order", ORDERS), ("generator_loss", GENERATOR_LOSSES)):
        if options[name] not in valid:
            raise ValueError(f"adversarial: {name} is {options[name]!r}; it must be {' or '.join(valid)}")
    steps = options["discriminator_steps"]
    if steps < 1 or batch_size % steps:
        raise ValueError(
            f"adversarial: discriminator_steps is {steps}; it must be 1 or more and divide the batch size"
            f" {batch_size}"
        )
    if options["order"] == "simultaneous" and steps != 1:
        raise ValueError(
            f"adversarial: simultaneous steps are taken in pairs, discriminator_steps is {steps};"
            " set it to 1 or order to alternating"
        )
