"""Q-learning against numbers worked out by hand; what the memory holds; continued runs are the same."""

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
from benchmarks.rules.q_learning import Learner, ReplayMemory, double_target, td_loss, td_target
from benchmarks.spec import Data, Stage
from benchmarks.tasks import control

OPTIONS = {
    "memory": 64,
    "learning_starts": 0,
    "train_every": 8,
    "gradient_steps": 2,
    "discount": 0.5,
    "final_exploration": 0.1,
    "exploration_steps": 100,
}
STAGE = Stage(
    "",
    rule="q_learning",
    rule_options=OPTIONS,
    optimizer={"name": "SGD", "learning_rate": 0.1},
    batch_size=1,
    steps_per_epoch=16,
)


def linear(weights):
    """Q(s) = s W, without bias: 4 numbers to 2 actions."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, use_bias=False)])
    model.set_weights([np.asarray(weights, "float32")])
    return model


def learner(model, stage=STAGE, **rule_options):
    driver = driver_class(keras.backend.backend())()
    stage = dataclasses.replace(stage, rule_options={**OPTIONS, **rule_options})
    made = Learner(
        Context(
            model,
            control.loss,
            stage,
            Data({}, {}, {}, {"environment": "CartPole-v1"}),
            driver,
            steps=1,
            seed=3,
        )
    )
    driver.bind(made.variables)
    made.compile()
    return made


def remember(made, *transitions):
    """Fill the memory's first places with (observation, action, reward, terminal, next observation)."""
    columns = [
        np.array(column, str(v.dtype))
        for v, column in zip(made.memory.variables, zip(*transitions, strict=True), strict=True)
    ]
    made._remember(np.arange(len(transitions), dtype="int32"), *columns)


def weights_after(made, *places):
    made._learn(np.array([[place] for place in places] + [[0]] * (2 - len(places)), "int32"), len(places))
    made.driver.sync()
    return np.asarray(made.model.weights[0].value)


@pytest.mark.parametrize(("capacity", "block", "blocks"), [(7, 3, 1), (7, 3, 5), (6, 3, 4), (5, 5, 3)])
def test_the_memory_holds_the_last_transitions(capacity, block, blocks):
    memory = ReplayMemory(capacity, (2,), "float32")
    for i in range(blocks):
        numbers = np.arange(i * block, (i + 1) * block)
        transitions = {
            "observation": np.stack([numbers, -numbers], axis=1).astype("float32"),
            "action": numbers.astype("int32"),
            "reward": numbers / 2,
            "terminal": numbers % 2,
            "next_observation": np.stack([numbers + 1, -numbers - 1], axis=1).astype("float32"),
        }
        memory.store(
            memory.places(i * block, block),
            {key: ops.convert_to_tensor(value) for key, value in transitions.items()},
        )
    total = blocks * block
    held = {
        key: ops.convert_to_numpy(value)
        for key, value in memory.recall(np.arange(min(total, capacity), dtype="int32")).items()
    }
    assert sorted(held["action"]) == list(range(max(0, total - capacity), total))
    np.testing.assert_array_equal(held["observation"], np.stack([held["action"], -held["action"]], axis=1))
    np.testing.assert_array_equal(held["reward"], held["action"] / 2)
    np.testing.assert_array_equal(held["terminal"], held["action"] % 2)
    np.testing.assert_array_equal(held["next_observation"][:, 0], held["action"] + 1)


def test_the_target_is_the_reward_and_the_discounted_best_value_unless_the_episode_ended():
    found = td_target(
        np.array([1.0, 1.0, -2.0], "float32"),
        np.array([0.0, 1.0, 0.0], "float32"),
        np.array([[3.0, 5.0], [9.0, 9.0], [-4.0, -8.0]]),
        0.9,
    )
    np.testing.assert_allclose(ops.convert_to_numpy(found), [1 + 0.9 * 5, 1.0, -2 - 0.9 * 4], rtol=1e-6)


def test_the_double_target_has_the_value_that_the_copy_gives_to_the_action_that_the_net_holds_best():
    found = double_target(
        np.array([1.0, 1.0, -2.0], "float32"),
        np.array([0.0, 1.0, 0.0], "float32"),
        np.array([[3.0, 5.0], [9.0, 9.0], [-4.0, -8.0]], "float32"),
        np.array([[7.0, 2.0], [9.0, 9.0], [6.0, 8.0]], "float32"),
        0.9,
    )
    np.testing.assert_allclose(ops.convert_to_numpy(found), [1 + 0.9 * 2, 1.0, -2 + 0.9 * 6], rtol=1e-6)


def test_the_loss_is_squared_and_with_a_clip_grows_in_a_line():
    errors = np.array([0.5, -3.0], "float32")
    assert float(td_loss(errors, None)) == pytest.approx((0.25 + 9.0) / 2)
    assert float(td_loss(errors, 1.0)) == pytest.approx((0.5 * 0.25 + 0.5 + 2.0) / 2)
    assert float(td_loss(errors, 1.0)) == pytest.approx(
        float(keras.losses.Huber(delta=1.0)(np.zeros(2, "float32"), errors))
    )


def test_one_step_moves_the_value_of_the_action_taken_towards_the_target():
    made = learner(linear([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]]))
    remember(made, ([2.0, 0.0, 0.0, 0.0], 0, 1.0, 0.0, [0.0, 3.0, 0.0, 0.0]))
    # Q(s', .) = (0, 6), so the target is 1 + 0.5 * 6 = 4; Q(s, 0) = 2; the gradient of (4 - 2 w)**2 at w = 1
    # is -8.
    expected = [[1.0 + 0.1 * 8.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]]
    np.testing.assert_allclose(weights_after(made, 0), expected, rtol=1e-6)


def test_the_clipped_error_moves_it_less():
    made = learner(linear([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]]), error_clip=1.0)
    remember(made, ([2.0, 0.0, 0.0, 0.0], 0, 1.0, 0.0, [0.0, 3.0, 0.0, 0.0]))
    # The error 2 counts as 1; times the input 2.
    assert weights_after(made, 0)[0, 0] == pytest.approx(1.0 + 0.1 * 2.0)


@pytest.mark.parametrize("target_every", [0, 2])
def test_with_a_target_network_the_targets_stay_until_it_is_renewed(target_every):
    made = learner(linear([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), target_every=target_every)
    # A state that leads to itself: Q = w, target 1 + w / 2 by the net itself, 1.5 by the copy of w = 1.
    remember(made, ([1.0, 0.0, 0.0, 0.0], 0, 1.0, 0.0, [1.0, 0.0, 0.0, 0.0]))
    w = old = 1.0
    for _ in range(2):
        w += 0.2 * (1.0 + 0.5 * (old if target_every else w) - w)
    assert weights_after(made, 0, 0)[0, 0] == pytest.approx(w)
    if target_every:
        np.testing.assert_allclose(np.asarray(made.target.weights[0].value)[0, 0], 1.0)
        made._renew()
        made.driver.sync()
        old = w
        np.testing.assert_allclose(np.asarray(made.target.weights[0].value)[0, 0], w)
    before = w
    w += 0.2 * (1.0 + 0.5 * (old if target_every else before) - w)
    assert weights_after(made, 0)[0, 0] == pytest.approx(w)


def test_a_double_learner_asks_itself_which_action_and_the_copy_what_it_is_worth():
    made = learner(linear([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), target_every=2, double=True)
    # The net comes to prefer action 1 in the state that follows; the copy still prefers action 0, and gives 1
    # to it and 0 to action 1.
    values = made.driver.read()
    values[0] = np.array([[1.0, 3.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], "float32")
    made.driver.write(values)
    remember(made, ([1.0, 0.0, 0.0, 0.0], 0, 1.0, 0.0, [1.0, 0.0, 0.0, 0.0]))
    # The target is 1 + 0.5 * 0; by the copy alone it would be 1.5, by the net alone 2.5. Q(s, 0) = 1 stays.
    np.testing.assert_allclose(weights_after(made, 0)[0], [1.0, 3.0], rtol=1e-6)


def test_compiling_changes_nothing_and_a_leg_counts_its_steps():
    made = learner(linear(np.zeros((4, 2))), actors=2, learning_starts=8)
    assert all(
        not np.any(value) for value in made.driver.read()[1:] if value.dtype.kind == "f" and value.size > 1
    )
    # 32 environment steps in blocks of 8; the first block is before learning starts.
    steps, examples, logs = made.leg(0, 2)
    assert (steps, examples) == (3 * 2, 3 * 2)
    assert {key: int(value) for key, value in made.host_state().items()} == {"stored": 32, "learned": 6}
    assert logs["exploration"] == pytest.approx(1 - 0.9 * 0.32)
    held = dict(zip(made.memory.fields, made.driver.read()[-5:], strict=True))
    assert np.all(held["reward"][:32] == 1) and not np.any(held["reward"][32:])
    # What was seen next is what was seen then, two actors by turns, unless an episode or the epoch ended
    # between.
    follows = np.all(held["next_observation"][:30] == held["observation"][2:32], axis=1)
    ends = held["terminal"][:30].astype(bool)
    assert np.all(follows | ends | (np.arange(30) // 2 == 7))
    assert follows.sum() > 20 and not np.any(follows & ends)


def test_random_actions_become_rarer_in_a_line():
    made = learner(linear(np.zeros((4, 2))))
    assert [made.exploration(step) for step in (0, 50, 100, 1000)] == pytest.approx([1.0, 0.55, 0.1, 0.1])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"train_every": 7}, "steps_per_epoch 16 is not a multiple of train_every 7"),
        ({"actors": 3}, "train_every 8 is not a multiple of actors 3"),
        ({"target_every": 3}, "target_every 3 is not a multiple of gradient_steps 2"),
        ({"double": True}, "double needs a target network"),
        ({"memory": 4}, "memory 4 holds fewer transitions than one block, train_every 8"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        learner(linear(np.zeros((4, 2))), **changes)


@pytest.mark.parametrize("target_every", [0, 8])
def test_a_run_that_is_continued_from_its_state_ends_with_the_same_weights(target_every):
    entry = catalogue.load("dqn_2013")
    pocket = catalogue.recipes(entry, "pocket")[0]
    rule = {**pocket.rule_options, "learning_starts": 32, "memory": 100, "target_every": target_every}
    recipe = dataclasses.replace(
        pocket, rule_options=rule, epochs=4, steps_per_epoch=64, model={**pocket.model, "hidden": (8,)}
    )
    options = Options(backend=keras.backend.backend())

    def bench(seed):
        ready = Workbench(entry, recipe, options, Clock(), seed)
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
