"""Learning from a grade alone: do more often what went well.

A teacher who shows the right answer for every example makes learning easy: the error has a slope, and
back-propagation follows it. A critic only says how good the outcome was. Which of the net's many actions
earned the praise, and what would have been better, is not said, and the critic's judgement is a black box
without a derivative. Ronald Williams, who had been among the authors of back-propagation, found that none is
needed. Let the net draw its actions at random, by probabilities that its outputs give; then the slope of the
expected reward can be estimated from what was done. For each action that was taken, compute by
back-propagation which way the weights make it more probable; multiply by the reward; go there. He called the
family REINFORCE, after the terms of its formula, and proved that on average it climbs the gradient of the
expected reward, also where the reward comes only at the end of an episode.

On average: single estimates scatter widely. If every reward is positive, whatever was done becomes more
probable, and only the differences between many trials tell good from bad. Williams showed that one may
subtract from the reward any baseline that does not depend on the action, such as the mean of past rewards,
and the average remains the same. The pole on a cart had been balanced nine years before by a pair of learners
with a better one: an adaptive critic that learns to foresee the reward, and an actor that is praised for what
is better than foreseen. This pair does not wait for the end of the episode.

The estimate is used once and thrown away, so that the rule needs far more trials than one that learns values
from memory, and one large step on a bad estimate can ruin a good policy. Later methods (natural gradients,
trust regions, PPO) hold the steps back; nets that play Go or answer questions are trained by descendants of
this rule.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Simple statistical gradient-following algorithms for connectionist reinforcement learning",
    authors="R. J. Williams",
    year=1992,
    venue="Machine Learning 8:229-256",
    url="https://doi.org/10.1007/BF00992696",
    confidence="verified",
)


def build(actions=2, input_shape=(4,), hidden=(32,), critic=False):
    """The logits of the actions; with `critic`, beside a net of the same size that foresees the reward."""
    from keras import Input, Sequential, layers

    from benchmarks.layers.models.actor_critic import ActorCritic

    def net(outputs):
        squashed = [layers.Dense(units, activation="tanh") for units in hidden]
        return Sequential([Input(input_shape), *squashed, layers.Dense(outputs)])

    return ActorCritic(net(actions), net(1)) if critic else net(actions)


ENTRY = Entry(
    id="reinforce_1992",
    name="REINFORCE",
    family="reinforcement",
    task="control",
    idea="Make each action that was drawn more probable, in proportion to the reward that followed.",
    paper=PAPER,
    build=build,
    variants={
        "baseline": "the mean of past returns is subtracted from the return",
        "actor-critic": (
            "a second net foresees the reward, and the policy learns every few steps from what was better "
            "or worse (Barto, Sutton and Anderson, 1983)"
        ),
    },
    parameters=(
        ParameterCount(trainable=226, where="4-32-2, counted (the paper trains no such net)"),
        ParameterCount(
            trainable=9155,
            where="4-64-64-2 and 4-64-64-1, counted",
            variant="actor-critic",
            arguments={"hidden": (64, 64), "critic": True},
        ),
    ),
    recipes=(
        Recipe(
            dataset="cartpole",
            tier="pocket",
            rule="policy_gradient",
            rule_options={"horizon": 0, "baseline_rate": 0.0},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=16,
            epochs=10,
            evaluate_every=10,
            steps_per_epoch=4096,
            source="ours",
        ),
        Recipe(
            dataset="cartpole",
            tier="pocket",
            variant="baseline",
            rule="policy_gradient",
            rule_options={"horizon": 0, "baseline_rate": 0.2},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=16,
            epochs=10,
            evaluate_every=10,
            steps_per_epoch=4096,
            source="ours",
        ),
        Recipe(
            dataset="cartpole",
            tier="pocket",
            variant="actor-critic",
            model={"critic": True},
            rule="policy_gradient",
            rule_options={"horizon": 8, "discount": 0.99, "value_weight": 0.5},
            optimizer={"name": "Adam", "learning_rate": 0.005},
            batch_size=16,
            epochs=10,
            evaluate_every=10,
            steps_per_epoch=4096,
            source="ours",
        ),
    ),
)
