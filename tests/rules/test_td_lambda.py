"""TD(lambda): gradients against the driver's, a game worked out step by step, and lambda = 1 against Sutton's
theorem."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.engine.backend import driver_class
from benchmarks.games.race import GAMES
from benchmarks.rules.protocol import Context
from benchmarks.rules.td_lambda import Learner, forward, gradients
from benchmarks.spec import Stage
from benchmarks.tasks import position_values

DATA, GAME = datasets.load("small_race"), GAMES["small_race"]
STAGE = Stage(
    "",
    rule="td_lambda",
    rule_options={"learning_rate": 0.1, "trace_decay": 0.7},
    batch_size=1,
    steps_per_epoch=40,
)


def net(seed=0):
    """42-5-1, weights drawn here."""
    model = keras.Sequential(
        [keras.Input((42,)), *(keras.layers.Dense(n, activation="sigmoid") for n in (5, 1))]
    )
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(size=w.shape) for w in model.weights])
    return model


def weights_of(model):
    return [np.asarray(w.value).astype("float64") for w in model.weights]


def learner(model, games=1, **options):
    stage = dataclasses.replace(STAGE, batch_size=games, rule_options={**STAGE.rule_options, **options})
    driver = driver_class(keras.backend.backend())()
    made = Learner(Context(model, position_values.loss, stage, DATA, driver, steps=1, seed=3))
    driver.bind(made.variables)
    return made


def said(weights, state, black):
    """The forecast and its gradient with respect to [K1, b1, K2, b2], by the chain rule in NumPy."""
    k1, b1, k2, b2 = weights
    x = GAME.seen(np.array([state]), np.array([black]))[0].astype("float64")
    h = 1 / (1 + np.exp(-(x @ k1 + b1)))
    y = 1 / (1 + np.exp(-(h @ k2 + b2)))[0]
    out = y * (1 - y)
    back = out * k2[:, 0] * h * (1 - h)
    return y, [np.outer(x, back), back, out * h[:, None], np.array([out])]


def follow(weights, state, black, roll):
    """The state after the move that the forecasts choose, whether the game is over, and what is foreseen."""
    options = []
    for move in range(GAME.checkers):
        after = int(GAME.moves[0][state, roll, move])
        over = bool(GAME.over(np.array(after)))
        options.append(((1.0 - black) if over else said(weights, after, 1 - black)[0], after, over))
    y, after, over = (min if black else max)(options, key=lambda option: option[0])
    return after, over, y


def test_gradients_are_those_of_differences():
    weights = weights_of(net())
    x = DATA.test["x"][:3]
    active = forward(
        keras.ops.convert_to_tensor(x), [keras.ops.convert_to_tensor(w, "float32") for w in weights]
    )
    found = gradients(active, [keras.ops.convert_to_tensor(w, "float32") for w in weights])
    for n in range(3):
        y, expected = said(weights, DATA.test["state"][n], DATA.test["black"][n])
        assert float(active[-1][n, 0]) == pytest.approx(y, abs=1e-6)
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_allclose(keras.ops.convert_to_numpy(got)[n], want, atol=1e-6)
    # And the chain rule itself, by a difference in one weight of each layer.
    for place in ((0, (3, 2)), (2, (1, 0))):
        up, down = ([w.copy() for w in weights] for _ in range(2))
        up[place[0]][place[1]] += 1e-5
        down[place[0]][place[1]] -= 1e-5
        at = int(DATA.test["state"][0])
        slope = (said(up, at, 0)[0] - said(down, at, 0)[0]) / 2e-5
        assert said(weights, at, 0)[1][place[0]][place[1]] == pytest.approx(slope, abs=1e-8)


def near_the_end(made, state, black):
    *others, states, turns = made.driver.read()
    made.driver.write([*others, np.full_like(states, state), np.full_like(turns, black)])


def side(*checkers):
    return GAME.sides.tolist().index(sorted(checkers))


@pytest.mark.parametrize(("decay", "black"), [(0.7, 0), (0.0, 0), (0.7, 1)])
def test_two_moves_to_the_end_change_the_weights_as_worked_out_by_hand(decay, black):
    """The first player, at 6, cannot finish; the second, at 1, then wins with any roll."""
    rate, model = 0.5, net()
    made = learner(model, learning_rate=rate, trace_decay=decay)
    made.compile()
    start = side(6, 0, 0) * len(GAME.sides) + side(1, 0, 0)
    near_the_end(made, start, black)
    rolls = {"roll": np.array([[1], [2]], "int32"), "begins": np.array([[1], [1]], "int32")}
    rolls = {name: np.tile(array, (20, 1)) for name, array in rolls.items()}
    made._play(np.arange(40, dtype="int32")[:, None], 2, {k: made.driver.put(v) for k, v in rolls.items()})

    weights = weights_of(net())
    before, first = said(weights, start, black)
    after, over, foreseen = follow(weights, start, black, 1)
    assert not over
    weights = [w + rate * (foreseen - before) * g for w, g in zip(weights, first, strict=True)]
    now, second = said(weights, after, 1 - black)
    outcome = float(black)  # the second player wins
    traces = [decay * e + g for e, g in zip(first, second, strict=True)]
    weights = [w + rate * (outcome - now) * e for w, e in zip(weights, traces, strict=True)]
    values = made.driver.read()
    for got, want in zip(values[:4], weights, strict=True):
        np.testing.assert_allclose(got, want, atol=1e-5)
    assert all(not trace.any() for trace in values[4:8]), "the next game begins without a past"
    assert (values[-2][0], values[-1][0]) == (GAME.start, 1)


def test_lambda_one_follows_the_gradient_of_the_squared_errors_of_a_whole_game():
    """Sutton 1988, theorem 1 of section 3: summed over a game whose weights stand still, the changes are
    those of sum over t of (z - Y(t)) times the gradient of Y(t). A tiny rate keeps the weights still."""
    rate, model = 1e-3, net(1)
    made = learner(model, learning_rate=rate, trace_decay=1.0)
    made.compile()
    rolls = made.rolls(0)["roll"][:, 0]
    weights = weights_of(net(1))
    state, black, path, over = side(2, 2, 0) * len(GAME.sides) + side(2, 2, 0), 0, [], False
    begin = state
    while not over:
        path.append((state, black))
        state, over, outcome = follow(weights, state, black, rolls[len(path) - 1])
        black = 1 - black
    assert len(path) > 2
    near_the_end(made, begin, 0)
    made._play(np.arange(40, dtype="int32")[:, None], len(path), made._on_device(0))
    changes = [(got - w) / rate for got, w in zip(made.driver.read()[:4], weights, strict=True)]
    expected = [np.zeros_like(w) for w in weights]
    for at, turn in path:
        y, slope = said(weights, at, turn)
        expected = [total + (outcome - y) * g for total, g in zip(expected, slope, strict=True)]
    for got, want in zip(changes, expected, strict=True):
        np.testing.assert_allclose(got, want, atol=2e-3)
    assert max(np.abs(want).max() for want in expected) > 0.1


def test_games_side_by_side_change_the_weights_by_the_mean():
    """Two games in the same position with the same rolls are one."""
    ends = []
    rolls = learner(net()).rolls(0)
    for games in (1, 2):
        made = learner(net(), games)
        made.compile()
        near_the_end(made, GAME.start, 0)
        data = {name: made.driver.put(np.repeat(array, games, axis=1)) for name, array in rolls.items()}
        made._play(np.arange(40, dtype="int32")[:, None], 40, data)
        ends.append(made.driver.read()[:4])
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


def test_a_continued_run_is_the_same_run():
    made = learner(net(), 3)
    made.compile()
    begin = made.driver.read()
    made.leg(0, 2)
    middle = made.driver.read()
    steps, examples, logs = made.leg(2, 4)
    assert (steps, examples) == (80, 240) and 5 < logs["moves"] < 80
    whole = made.driver.read()
    made.driver.write(middle)
    made.leg(2, 3)
    made.leg(3, 4)
    assert all(np.array_equal(a, b) for a, b in zip(whole, made.driver.read(), strict=True))
    made.driver.write(begin)
    made.leg(1, 3)
    assert not all(np.array_equal(a, b) for a, b in zip(middle, made.driver.read(), strict=True))


def test_a_net_without_sigmoids_is_refused():
    model = keras.Sequential([keras.Input((42,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="give all its layers sigmoids"):
        learner(model)
