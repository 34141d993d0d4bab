"""Policy gradients against exact gradients by enumeration; returns by hand; continued runs are the same."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench
from benchmarks.layers.models.actor_critic import ActorCritic
from benchmarks.rules.policy_gradient import Learner, returns_to_go
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage
from benchmarks.tasks import control

STAGE = Stage(
    "",
    rule="policy_gradient",
    rule_options={"horizon": 0, "baseline_rate": 0.0},
    optimizer={"name": "SGD", "learning_rate": 1.0},
    batch_size=1,
    steps_per_epoch=12,
)
CRITIC = {"horizon": 2, "discount": 0.5, "value_weight": 0.25}
WEIGHTS = np.array([[0.5, -0.25], [0.0, 1.0], [-1.0, 0.5], [0.25, 0.0]])
#: What is seen first, and after either action.
START = np.array([1.0, -2.0, 0.5, 4.0])
AFTER = np.array([[0.0, 1.0, 1.0, -1.0], [2.0, 0.5, 0.0, 1.0]])


def linear(weights):
    """One product with these weights."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(weights[0]), use_bias=False)])
    model.set_weights([np.asarray(weights, "float32")])
    return model


def learner(model, longest=2, stage=STAGE, **rule_options):
    driver = driver_class(keras.backend.backend())()
    stage = dataclasses.replace(stage, rule_options=rule_options or STAGE.rule_options)
    data = Data({}, {}, {}, {"environment": "CartPole-v1", "longest": longest})
    made = Learner(Context(model, control.loss, stage, data, driver, steps=1, seed=3))
    driver.bind(made.variables)
    made.compile()
    return made


def recorded(made):
    """A list into which the batches go that the learner would learn from."""
    batches = []

    def learn(batch):
        batches.append(batch)
        return {"loss": 0.0}

    made.learn = learn
    return batches


def climbed(made, batch):
    """How far one learning step of rate 1 moves the actor's weights from WEIGHTS."""
    before = made.driver.read()
    made.learn({**made.empty(), **{k: np.asarray(v, made.empty()[k].dtype) for k, v in batch.items()}})
    after = made.driver.read()
    made.driver.write(before)
    return after[0] - before[0]


def probabilities(weights, seen):
    """By the definition of the softmax, also for complex weights."""
    raised = np.exp(seen @ weights)
    return raised / raised.sum()


def slope(expected):
    """The exact gradient at WEIGHTS of a real function, by the complex step."""
    found = np.empty(WEIGHTS.shape)
    for place in np.ndindex(WEIGHTS.shape):
        moved = WEIGHTS.astype(complex)
        moved[place] += 1e-20j
        found[place] = expected(moved).imag / 1e-20
    return found


@pytest.mark.parametrize("baseline", [0.0, 2.5])
def test_the_mean_step_on_a_bandit_is_the_gradient_of_the_expected_reward(baseline):
    rewards = np.array([3.0, -1.0])
    made = learner(linear(WEIGHTS), longest=1)
    values = made.driver.read()
    made.driver.write([*values[:-1], np.float32(baseline)])
    steps = [
        climbed(made, {"observation": [[START]], "action": [[a]], "reward": [[rewards[a]]], "played": [[1]]})
        for a in (0, 1)
    ]
    chance = probabilities(WEIGHTS, START)
    expected = slope(lambda weights: probabilities(weights, START) @ rewards)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(chance[0] * steps[0] + chance[1] * steps[1], expected, rtol=1e-5, atol=1e-6)
    # A single step is not: it depends on the baseline, which the mean does not.
    assert np.abs(steps[0] - expected).max() > 0.01


def test_so_it_is_over_whole_episodes_of_which_some_end_early():
    # Action 1 ends the episode at once, with reward 5; action 0 brings 1, and then one of two rewards.
    last = np.array([-2.0, 4.0])

    def expected(weights):
        first, second = probabilities(weights, START), probabilities(weights, AFTER[0])
        return first[1] * 5.0 + first[0] * (1.0 + second @ last)

    made = learner(linear(WEIGHTS))
    mean = 0.0
    for actions in [(0, 0), (0, 1), (1,)]:
        seen = [START, AFTER[0]]
        chance = np.prod([probabilities(WEIGHTS, s)[a] for s, a in zip(seen, actions, strict=False)])
        goes_on = actions[0] == 0
        batch = {
            "observation": [seen],
            "action": [[actions[0], actions[1] if goes_on else 1]],
            "reward": [[1.0, last[actions[1]]] if goes_on else [5.0, 0.0]],
            "played": [[1.0, float(goes_on)]],
        }
        mean = mean + chance * climbed(made, batch)
    np.testing.assert_allclose(mean, slope(expected), rtol=1e-5, atol=1e-6)


def test_the_baseline_moves_towards_the_mean_return_after_it_was_used():
    stage = dataclasses.replace(STAGE, batch_size=2)
    made = learner(linear(WEIGHTS), stage=stage, horizon=0, baseline_rate=0.25)
    batch = {**made.empty(), "reward": np.array([[1.0, 2.0], [5.0, 0.0]], "float32")}
    found = []
    for _ in range(2):
        made.learn(batch)
        found.append(float(made.driver.read()[-1]))
    assert found == pytest.approx([0.25 * 4.0, 1.0 + 0.25 * 3.0])


def test_returns_to_go_by_hand():
    reward = np.array([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]], "float32")
    stop = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "float32")
    after = np.array([[9.0, 9.0, 8.0], [9.0, 6.0, 0.0]], "float32")
    found = keras.ops.convert_to_numpy(returns_to_go(reward, stop, after, 0.5))
    # From the end: 4 + 8/2 = 8, 2 + 8/2 = 6, 1 + 6/2 = 4; below 4, then 2 + 6/2 = 5 where it stops, and
    # 1 + 5/2 = 3.5.
    np.testing.assert_allclose(found, [[4.0, 6.0, 8.0], [3.5, 5.0, 4.0]])


def test_one_step_of_actor_and_critic_by_hand():
    made = learner(ActorCritic(linear(WEIGHTS), linear([[1.0], [0.0], [0.0], [0.0]])), **CRITIC)
    # The critic sees the first number: 1, then 2, which is also what follows. The second step ends the task.
    batch = {
        "observation": [[START, AFTER[1]]],
        "next_observation": [[AFTER[1], AFTER[0]]],
        "action": [[1, 0]],
        "reward": [[3.0, 1.0]],
        "terminal": [[0.0, 1.0]],
        "stop": [[0.0, 1.0]],
    }

    # Returns: 1, since nothing follows, and 3 + 1/2; the advantages are 1 - 2 and 3.5 - 1.
    def weighted(weights):
        log = [np.log(probabilities(weights, s)[a]) for s, a in ((START, 1), (AFTER[1], 0))]
        return (2.5 * log[0] - 1.0 * log[1]) / 2

    before = made.driver.read()
    np.testing.assert_allclose(climbed(made, batch), slope(weighted), rtol=1e-5, atol=1e-6)
    made.learn({k: np.asarray(v, made.empty()[k].dtype) for k, v in batch.items()})
    # The critic descends 0.25 * mean((R - V)**2): its gradient is -0.25 * (2.5 * START - 1 * AFTER[1]).
    moved = (made.driver.read()[1] - before[1])[:, 0]
    np.testing.assert_allclose(moved, 0.25 * (2.5 * START - AFTER[1]), rtol=1e-5, atol=1e-6)


def test_actions_are_drawn_by_their_probabilities():
    made = learner(linear(WEIGHTS))
    noise = np.random.default_rng(0).gumbel(size=(20_000, 2)).astype("float32")
    drawn = np.asarray(made._act(np.tile(START.astype("float32") / 4, (20_000, 1)), noise))
    chance = probabilities(WEIGHTS, START / 4)[1]
    assert 0.1 < chance < 0.9
    assert abs(drawn.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / 20_000)


def test_a_batch_holds_one_whole_episode_of_each_environment():
    stage = dataclasses.replace(STAGE, batch_size=3, steps_per_epoch=200)
    made = learner(linear(WEIGHTS), stage=stage, longest=500)
    batches = recorded(made)
    steps, examples, logs = made.leg(0, 1)
    assert (steps, examples) == (len(batches), 3 * len(batches))
    lengths = np.concatenate([batch["played"].sum(axis=1) for batch in batches])
    # Batches are played until there are 200 steps; a pole falls within hundreds; each step is worth 1.
    assert sum(lengths[:-3]) < 200 <= sum(lengths)
    assert lengths.min() > 5 and lengths.max() < 500
    assert logs["training_return"] == pytest.approx(lengths.mean())
    for batch in batches:
        assert np.all(np.diff(batch["played"], axis=1) <= 0)
        np.testing.assert_array_equal(batch["reward"], batch["played"])
        # Each begins near the middle, and where it ends the pole is not yet seen to have fallen.
        assert np.abs(batch["observation"][:, 0]).max() <= 0.05
        assert np.abs(batch["observation"][batch["played"] == 1][:, 2]).max() <= 0.2095


def test_pieces_of_episodes_follow_on_from_one_another():
    stage = dataclasses.replace(STAGE, batch_size=3, steps_per_epoch=240)
    made = learner(ActorCritic(linear(WEIGHTS), linear([[1.0]] * 4)), stage=stage, **CRITIC | {"horizon": 5})
    batches = recorded(made)
    assert made.leg(0, 1)[:2] == (16, 48)
    joined = {name: np.concatenate([batch[name] for batch in batches], axis=1) for name in batches[0]}
    follows = np.all(joined["next_observation"][:, :-1] == joined["observation"][:, 1:], axis=2)
    np.testing.assert_array_equal(follows, joined["stop"][:, :-1] == 0)
    assert 3 <= joined["stop"].sum() < 30 and np.all(joined["reward"] == 1)
    # All of them fell: none was cut.
    np.testing.assert_array_equal(joined["terminal"], joined["stop"])
    fallen = joined["next_observation"][joined["terminal"] == 1]
    assert np.all((np.abs(fallen[:, 2]) > 0.209) | (np.abs(fallen[:, 0]) > 2.4))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"horizon": 5, "discount": 1.0, "value_weight": 1.0}, "horizon 5 needs a model with a critic"),
        (CRITIC | {"horizon": 5}, "steps_per_epoch 12 is not a multiple of batch_size 1 times horizon 5"),
    ],
)
def test_what_does_not_fit_is_refused(changes, sentence):
    model = linear(WEIGHTS)
    with pytest.raises(ValueError, match=sentence):
        learner(ActorCritic(model, model) if "multiple" in sentence else model, **changes)


@pytest.mark.parametrize("number", [1, 2], ids=["baseline", "actor-critic"])
def test_a_run_that_is_continued_from_its_state_ends_with_the_same_weights(number):
    entry = catalogue.load("reinforce_1992")
    pocket = catalogue.recipes(entry, "pocket")[number]
    recipe = dataclasses.replace(pocket, epochs=4, steps_per_epoch=128, batch_size=4, evaluate_every=1)

    def bench(seed):
        ready = Workbench(entry, recipe, Options(backend=keras.backend.backend()), Clock(), seed)
        ready.reset(seed)
        return ready

    whole = bench(1)
    first = whole.train_leg(0, 2)
    state, host = whole.driver.read(), whole.host_state()
    rest = whole.train_leg(2, 4)
    expected = whole.weights_sha256()

    # On a bench that was used for another seed before.
    other = bench(2)
    other.train_leg(0, 1)
    other.reset(1)
    other.driver.write(state)
    other.set_host_state(0, host)
    assert other.train_leg(2, 4) == rest
    assert other.weights_sha256() == expected
    other.reset(1)
    assert other.train_leg(0, 2) == first
    other.reset(2)
    assert other.train_leg(0, 2) != first
