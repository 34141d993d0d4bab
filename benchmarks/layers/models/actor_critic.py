"""Two nets that see the same: one acts, the other says how much reward is still to come."""

from typing import Any

import keras
from keras import ops


class ActorCritic(keras.Model):
    """Calls the actor: observations [n, ...] to its logits [n, actions]; `value` asks the critic.

    `actor` and `critic` are built models, the critic with one output. They share no weight. Barto, Sutton
    and Anderson (1983) call them associative search element and adaptive critic element.
    """

    def __init__(self, actor: keras.Model, critic: keras.Model, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor, self.critic = actor, critic
        self.built = True

    def call(self, observations: Any, training: bool = False) -> Any:
        """The logits of the actions, [n, actions]."""
        return self.actor(observations, training=training)

    def value(self, observations: Any, training: bool = False) -> Any:
        """The reward that the critic expects from here on, [n]."""
        return ops.squeeze(self.critic(observations, training=training), axis=-1)
