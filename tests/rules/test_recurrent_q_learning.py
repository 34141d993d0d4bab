"""Recurrent Q-learning against numbers worked out by hand; what the memory holds; continued runs are the
same.
"""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench
from benchmarks.rules.protocol import Context
from benchmarks.rules.recurrent_q_learning import Learner, counted_steps
from benchmarks.spec import Data, Stage
from benchmarks.tasks import recurrent_control

OPTIONS = {
    "memory": 20,
    "actors": 2,
    "learning_starts": 8,
    "train_every": 8,
    "gradient_steps": 2,
    "discount": 0.5,
    "final_exploration": 0.1,
    "exploration_steps": 100,
    "target_every": 2,
    "unroll": 3,
}
STAGE = Stage(
    "",
    rule="recurrent_q_learning",
    rule_options=OPTIONS,
    optimizer={"name": "SGD", "learning_rate": 0.1},
    batch_size=1,
    steps_per_epoch=32,
)


def summing(weights):
    """Q = (s_1 + ... + s_t) W: 4 numbers to 2 actions, remembering the sum."""
    observations, state = keras.Input((None, 4)), keras.Input((4,))
    total = ops.cumsum(observations, axis=1) + state[:, None]
    model = keras.Model([observations, state], [keras.layers.Dense(2, use_bias=False)(total), total[:, -1]])
    model.set_weights([np.asarray(weights, "float32")])
    return model


def learner(weights, **rule_options):
    driver = driver_class(keras.backend.backend())()
    stage = dataclasses.replace(STAGE, rule_options={**OPTIONS, **rule_options})
    data = Data({}, {}, {}, {"environment": "CartPole-v1", "hidden": 0.5})
    made = Learner(Context(summing(weights), recurrent_control.loss, stage, data, driver, steps=1, seed=3))
    driver.bind(made.variables)
    made.compile()
    return made


#: Q(action 0) = the first number, Q(action 1) = twice the second, summed over the steps.
WEIGHTS = [[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]]


def remember(made, steps, actor=0):
    """Fill the places from 0 on of an actor with (observation, action, reward, terminal, last)."""
    columns = [
        np.array(column, str(v.dtype))
        for v, column in zip(made.memory.values(), zip(*steps, strict=True), strict=True)
    ]
    # A block is of 8 steps; those after the ones given are ends, from which nothing is learned.
    rest = [np.ones((8 - len(steps), *column.shape[1:]), column.dtype) for column in columns]
    rest[3] = 0 * rest[3]
    places = np.arange(8, dtype="int32") + actor * made.capacity
    made._remember(places, *(np.concatenate(pair) for pair in zip(columns, rest, strict=True)))


def weights_after(made, place):
    made._learn(np.array([[place], [place]], "int32"), 1)
    made.driver.sync()
    return np.asarray(made.model.weights[0].value)


def test_steps_count_up_to_a_true_end_and_up_to_before_a_cut():
    last = np.array([[0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]], "float32")
    terminal = np.array([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]], "float32")
    found = counted_steps(ops.array(last), ops.array(terminal), 0)
    expected = [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0]]
    np.testing.assert_array_equal(found, expected)
    found = counted_steps(ops.array(last), ops.array(terminal), 2)
    np.testing.assert_array_equal(found, [[0, 0, *row[2:]] for row in expected])


#: Three steps and the one after them. Sums of what was seen: (1, 0), (1, 1), (3, 1), (3, 2); values of the
#: two actions: (1, 0), (1, 2), (3, 2), (3, 4).
STEPS = [
    ([1.0, 0.0, 0.0, 0.0], 0, 1.0, 0.0, 0.0),
    ([0.0, 1.0, 0.0, 0.0], 1, 1.0, 0.0, 0.0),
    ([2.0, 0.0, 0.0, 0.0], 0, 1.0, 0.0, 0.0),
    ([0.0, 1.0, 0.0, 0.0], 0, 1.0, 0.0, 0.0),
]


@pytest.mark.parametrize("actor", [0, 1])
def test_each_step_moves_the_value_of_the_action_taken_towards_its_target(actor):
    made = learner(WEIGHTS)
    remember(made, STEPS, actor)
    # Targets 1 + max / 2: 2, 2.5, 3; values of the actions taken: 1, 2, 3; errors 1, 0.5, 0. The gradient of
    # the mean of their squares is -2/3 of the errors times the sums.
    first = 2 / 3 * (1 * np.array([1.0, 0.0]))
    second = 2 / 3 * (0.5 * np.array([1.0, 1.0]))
    expected = np.array(WEIGHTS)
    expected[:2, 0] += 0.1 * first
    expected[:2, 1] += 0.1 * second
    np.testing.assert_allclose(weights_after(made, actor * made.capacity), expected, rtol=1e-5)


def test_at_the_end_of_an_episode_the_target_is_the_reward_and_what_follows_is_not_learned():
    made = learner(WEIGHTS)
    remember(made, [STEPS[0], (*STEPS[1][:3], 1.0, 1.0), *STEPS[2:]])
    # Errors 1 and 1 - 2 = -1, of two steps.
    expected = np.array(WEIGHTS)
    expected[:2, 0] += 0.1 * 1.0 * np.array([1.0, 0.0])
    expected[:2, 1] -= 0.1 * 1.0 * np.array([1.0, 1.0])
    np.testing.assert_allclose(weights_after(made, 0), expected, rtol=1e-5)


def test_steps_of_the_warm_up_shape_the_state_alone():
    made = learner(WEIGHTS, unroll=2, warm_up=1)
    remember(made, STEPS)
    # Errors 0.5 and 0, of two steps.
    expected = np.array(WEIGHTS)
    expected[:2, 1] += 0.1 * 0.5 * np.array([1.0, 1.0])
    np.testing.assert_allclose(weights_after(made, 0), expected, rtol=1e-5)


def test_a_double_learner_asks_itself_which_action_and_the_copy_what_it_is_worth():
    made = learner(WEIGHTS, unroll=1, double=True)
    # The net now holds action 0 best after the first step, to which the copy gives 1, not 2.
    values = made.driver.read()
    values[0] = np.array([[5.0, 0.0], *WEIGHTS[1:]], "float32")
    made.driver.write(values)
    remember(made, STEPS)
    # Target 1 + 1 / 2, value 5.
    assert weights_after(made, 0)[0, 0] == pytest.approx(5.0 + 0.1 * 2 * (1.5 - 5.0))


def test_the_copy_stays_until_it_is_renewed():
    made = learner(WEIGHTS)
    remember(made, STEPS)
    moved = weights_after(made, 0)
    copy = made.target.weights[0]
    np.testing.assert_array_equal(np.asarray(copy.value), np.array(WEIGHTS, "float32"))
    made._renew()
    made.driver.sync()
    np.testing.assert_array_equal(np.asarray(copy.value), moved)


def test_the_memory_holds_what_each_actor_saw_last_and_sequences_run_over_its_seam():
    made = learner(np.zeros((4, 2)))
    # 64 environment steps, 32 of each actor, of which 20 are remembered.
    steps, examples, logs = made.leg(0, 2)
    assert (steps, examples) == (7 * 2, 7 * 2)  # the first block is before learning starts
    assert {key: int(value) for key, value in made.host_state().items()} == {"stored": 32, "learned": 14}
    assert logs["exploration"] == pytest.approx(1 - 0.9 * 0.64)
    made.driver.sync()
    held = {name: np.asarray(v.value).reshape(2, 20, *v.shape[1:]) for name, v in made.memory.items()}
    assert np.all(held["reward"] == 1.0)
    hidden = np.all(held["observation"] == 0, axis=-1)
    assert 10 <= hidden.sum() <= 30
    # The epoch ended at step 32, in the place 31 % 20, for both actors.
    assert np.all(held["last"][:, 11] == 1.0)
    assert np.all(held["last"] >= held["terminal"])
    # A sequence that begins at the last place goes on at the first.
    found = made.recall(ops.array([19, 39], "int32"))
    np.testing.assert_array_equal(found["observation"], held["observation"][:, [19, 0, 1, 2]])
    np.testing.assert_array_equal(found["action"], held["action"][:, [19, 0, 1]])
    # While a pole stands, its cart moves by 0.02 s times its speed: of what was seen in a row, all that did
    # not end.
    order = np.arange(12, 32) % 20
    seen, shown, ends = (held[name][:, order] for name in ("observation", "observation", "last"))
    pair = ~np.all(shown[:, 1:] == 0, axis=-1) & ~np.all(shown[:, :-1] == 0, axis=-1) & (ends[:, :-1] == 0)
    moved = seen[:, 1:, 0] - seen[:, :-1, 0] - 0.02 * seen[:, :-1, 1]
    assert pair.sum() >= 3
    np.testing.assert_allclose(moved[pair], 0, atol=1e-6)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"train_every": 6}, "steps_per_epoch 32 is not a multiple of train_every 6"),
        ({"actors": 3}, "train_every 8 is not a multiple of actors 3"),
        ({"target_every": 3}, "target_every 3 is not a multiple of gradient_steps 2"),
        ({"target_every": 0}, "target_every is 0, but the rule needs a target network"),
        ({"memory": 7}, "memory 7 has no room for a block of 4 steps of each actor besides sequences of 4"),
        ({"learning_starts": 6}, "learning_starts 6 comes before any actor has made a sequence of 4 steps"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        learner(WEIGHTS, **changes)


def test_a_run_that_is_continued_from_its_state_ends_with_the_same_weights():
    entry = catalogue.load("drqn_2015")
    pocket = catalogue.recipes(entry, "pocket")[0]
    rule = {**pocket.rule_options, "learning_starts": 128, "memory": 40, "train_every": 32}
    recipe = dataclasses.replace(
        pocket, rule_options=rule, epochs=4, steps_per_epoch=160, model={**pocket.model, "units": 8}
    )
    options = Options(backend=keras.backend.backend())

    def bench(seed):
        ready = Workbench(entry, recipe, options, Clock(), seed)
        ready.reset(seed)
        ready.begin(0, Clock())
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
