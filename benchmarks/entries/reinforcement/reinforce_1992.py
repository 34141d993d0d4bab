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
            optimizer={"name": "Adam", "learning_rate": 0.0025},
            batch_size=16,
            epochs=10,
            evaluate_every=10,
            steps_per_epoch=4096,
            floor=("return", 78.0),
            source="ours; the rate chosen on the validation episodes, after a draft of twice the length",
            tries=6,
        ),
        Recipe(
            dataset="cartpole",
            tier="pocket",
            variant="baseline",
            rule="policy_gradient",
            rule_options={"horizon": 0, "baseline_rate": 0.2},
            optimizer={"name": "Adam", "learning_rate": 0.005},
            batch_size=16,
            epochs=10,
            evaluate_every=10,
            steps_per_epoch=4096,
            floor=("return", 150.0),
            source="ours; the rate chosen on the validation episodes, after a draft of twice the length",
            tries=6,
        ),
        Recipe(
            dataset="cartpole",
            tier="pocket",
            variant="actor-critic",
            model={"critic": True},
            rule="policy_gradient",
            rule_options={"horizon": 32, "discount": 0.99, "value_weight": 0.5},
            optimizer={"name": "Adam", "learning_rate": 0.02},
            batch_size=16,
            epochs=10,
            evaluate_every=10,
            steps_per_epoch=4096,
            floor=("return", 52.0),
            source=(
                "ours; rate and horizon chosen on the validation episodes, after a draft of twice the length;"
                " discount as in the standard tier"
            ),
            tries=6,
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            rule="policy_gradient",
            rule_options={"horizon": 0, "baseline_rate": 0.0},
            optimizer={"name": "Adam", "learning_rate": 0.0025},
            batch_size=16,
            epochs=20,
            steps_per_epoch=25_000,
            source="as in the pocket tier, with the 500,000 steps of the actor-critic; not searched",
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            variant="baseline",
            rule="policy_gradient",
            rule_options={"horizon": 0, "baseline_rate": 0.2},
            optimizer={"name": "Adam", "learning_rate": 0.005},
            batch_size=16,
            epochs=20,
            steps_per_epoch=25_000,
            source="as in the pocket tier, with the 500,000 steps of the actor-critic; not searched",
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            variant="actor-critic",
            model={"hidden": (64, 64), "critic": True},
            rule="policy_gradient",
            rule_options={"horizon": 5, "discount": 0.99, "value_weight": 0.5},
            optimizer={"name": "RMSprop", "learning_rate": 0.0007, "rho": 0.99, "epsilon": 1e-05},
            clip_norm=0.5,
            batch_size=8,
            epochs=20,
            steps_per_epoch=25_000,
            source=(
                "rl-baselines3-zoo, hyperparams/a2c.yml, CartPole-v1: 8 environments, 500,000 steps; the "
                "rest are the defaults of stable-baselines3, stable_baselines3/a2c/a2c.py (its nets of "
                "64 and 64 units: recalled)"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="cartpole",
            variant="actor-critic",
            metric="return",
            value=500.0,
            unit="reward",
            direction="higher",
            where="benchmark.md: A2C after 500,000 steps",
            confidence="verified",
            source="github DLR-RM/rl-baselines3-zoo",
            not_comparable=(
                "the source calls it one run that shows the most that can be reached, no measurement of "
                "what the rule usually reaches"
            ),
        ),
    ),
    deviations=(
        "The paper analyses a family of rules and trains no net on a cart and pole: task and sizes are ours.",
        (
            "The estimates of 16 episodes are averaged before each step, and Adam turns them into steps; the "
            "paper changes the weights after every episode, by the estimate times a rate."
        ),
        (
            "Environments run side by side, so that one dispatch draws all their actions. An epoch begins "
            "with fresh episodes, so that a killed run can resume without the state of an environment."
        ),
        (
            "For whole episodes, one that is cut at 500 steps counts as ended, with 500 rewards. For the "
            "actor-critic it does not: the critic says what would have followed."
        ),
        (
            "The baseline moves once a batch, towards the mean return of its episodes, by a share that was "
            "set by hand; the paper's moves after each trial."
        ),
        (
            "The actor-critic is two nets that learn from pieces of a few steps (as in Mnih and others, "
            "2016), where the pair of 1983 had a table of boxes, one unit each, and traces of what was done "
            "before."
        ),
        (
            "In the standard tier its first weights are drawn from Glorot's uniform distribution, where the "
            "source's are orthogonal (recalled)."
        ),
        "Actions are drawn at random in training alone; what is scored is the most probable action.",
    ),
)
