"""Procedural data sets against independent definitions: truth tables by hand, regular expressions, brute force."""

import datetime
import itertools
import re

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets import _reber, sentences

REBER = r"B(?:TS*X(?:S|X(?:T*VPX)*T*V(?:V|PS))|P(?:T*VPX)*T*V(?:V|PS))E"


def splits(id: str) -> list[dict[str, np.ndarray]]:
    data = datasets.load(id)
    return [dict(data.train), dict(data.validation), dict(data.test)]


def test_gates_by_hand() -> None:
    data = datasets.load("logic_gates")
    assert data.train["x"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    table = dict(zip(data.info["gates"], data.train["y"].T.tolist(), strict=True))
    assert table == {
        "AND": [0, 0, 0, 1],
        "OR": [0, 1, 1, 1],
        "NOT": [1, 1, 0, 0],
        "NAND": [1, 1, 1, 0],
        "NOR": [1, 0, 0, 0],
        "XOR": [0, 1, 1, 0],
    }


@pytest.mark.parametrize(
    "id, bits, function",
    [
        ("and_2", 2, lambda row: row == (1, 1)),
        ("or_2", 2, lambda row: 1 in row),
        ("xor", 2, lambda row: row[0] != row[1]),
        ("parity_4", 4, lambda row: row.count(1) in (1, 3)),
        ("symmetry_6", 6, lambda row: row == tuple(reversed(row))),
    ],
)
def test_tables_hold_the_whole_function(id: str, bits: int, function) -> None:
    for split in splits(id):
        rows = [tuple(map(int, row)) for row in split["x"]]
        assert rows == list(itertools.product((0, 1), repeat=bits))
        assert split["y"].tolist() == [int(function(row)) for row in rows]


def test_encoder_rows_are_one_hot() -> None:
    train = datasets.load("encoder_8").train
    assert train["x"].sum() == 8
    assert train["x"].argmax(1).tolist() == train["y"].tolist() == list(range(8))


def test_bars_and_stripes_by_brute_force() -> None:
    data = datasets.load("bars_and_stripes")
    images = (np.arange(2**16)[:, None] >> np.arange(16) & 1).reshape(-1, 4, 4)
    bars = (images == images[:, :1, :]).all((1, 2))
    stripes = (images == images[:, :, :1]).all((1, 2))
    wanted = {tuple(image.ravel()) for image in images[bars | stripes]}
    assert len(wanted) == 30
    assert {tuple(map(int, row)) for row in data.train["x"]} == wanted
    assert len(data.train["x"]) == 30
    assert data.info["optimum"] == pytest.approx(-3.4012, abs=1e-4)


def texts(split: dict[str, np.ndarray]) -> list[str]:
    result = []
    for x, y, weight in zip(split["x"], split["y"], split["weight"], strict=True):
        length = int(weight.sum())
        assert (weight[:length] == 1).all()
        assert (x[1:length] == y[: length - 1]).all()
        result.append("".join(_reber.SYMBOLS[i] for i in [*x[:length], y[length - 1]]))
    return result


@pytest.mark.parametrize("string", ["BTXSE", "BPVVE", "BTSSXXTVVE", "BPVPXVPSE", "BPTVPSE"])
def test_known_reber_strings(string: str) -> None:
    assert re.fullmatch(REBER, string)
    state = 0
    for symbol in string:
        state = _reber.REBER[state][symbol]
    assert _reber.REBER[state] == {}


@pytest.mark.parametrize("id, pattern", [("reber", REBER), ("embedded_reber", rf"B([TP]){REBER}\1E")])
def test_reber_strings_match_an_independent_expression(id: str, pattern: str) -> None:
    rows = [texts(split) for split in splits(id)]
    assert [len(part) for part in rows] == [256, 256, 256]
    for part in rows:
        assert all(re.fullmatch(pattern, string) for string in part)
    assert not set(rows[0]) & set(rows[1])
    assert not (set(rows[0]) | set(rows[1])) & set(rows[2])


def short_strings() -> list[str]:
    """Reber strings with few turns through each loop, written out from the picture of the grammar."""
    few = range(6)
    inner = [
        "".join(turns) + "T" * t + "V" + end for turns in turns_of(few) for t in few for end in ("V", "PS")
    ]
    through_t = ["T" + "S" * s + "X" + rest for s in few for rest in ["S", *("X" + i for i in inner)]]
    return ["B" + rest + "E" for rest in [*through_t, *("P" + i for i in inner)]]


def turns_of(few: range) -> list[tuple[str, ...]]:
    """No, one or two turns T...TVPX through the lower half of the grammar."""
    turns = ["T" * t + "VPX" for t in few]
    return [(), *((turn,) for turn in turns), *itertools.product(turns, turns)]


@pytest.mark.parametrize("id", ["reber", "embedded_reber"])
def test_legal_successors_are_those_of_the_language(id: str) -> None:
    """A symbol is legal if some string of the language starts with what was seen and that symbol."""
    strings = short_strings()
    if id == "embedded_reber":
        strings = ["B" + side + string + side + "E" for string in strings for side in "TP"]
    starts = {string[:t] for string in strings for t in range(8)}
    split = splits(id)[0]
    for string, legal, weight in zip(texts(split), split["legal"], split["weight"], strict=True):
        assert legal[int(weight.sum()) :].sum() == 0
        for t in range(min(len(string) - 1, 5)):
            allowed = {symbol for symbol, yes in zip(_reber.SYMBOLS, legal[t], strict=True) if yes}
            assert allowed == {symbol for symbol in _reber.SYMBOLS if string[: t + 1] + symbol in starts}
        for t in range(len(string) - 1):
            assert legal[t, _reber.SYMBOLS.index(string[t + 1])]
    if id == "embedded_reber":
        for string, legal in zip(texts(split), split["legal"], strict=True):
            assert legal[len(string) - 3].tolist() == [symbol == string[1] for symbol in _reber.SYMBOLS]


@pytest.mark.parametrize(
    "id, minimal, sizes",
    [("adding_30", 30, (10_000, 1_000, 2_560)), ("adding_100", 100, (50_000, 1_000, 2_560))],
)
def test_adding_targets_recomputed(id: str, minimal: int, sizes: tuple[int, ...]) -> None:
    first_pair_marked = 0
    for split, size in zip(splits(id), sizes, strict=True):
        assert len(split["x"]) == size
        for x, y, length in zip(split["x"][:2_000], split["y"], split["length"], strict=False):
            padding, pairs = x[: len(x) - length], x[len(x) - length :]
            assert minimal <= length <= minimal * 1.1
            assert not padding.any()
            assert abs(pairs[:, 0]).max() <= 1
            assert [i for i, mark in enumerate(pairs[:, 1]) if mark == -1] == [0, length - 1]
            marked = [i for i, mark in enumerate(pairs[:, 1]) if mark == 1]
            assert set(pairs[:, 1]) <= {-1.0, 0.0, 1.0}
            assert len(marked) in (1, 2)
            assert min(marked) < 10 or pairs[0, 0] == 0
            assert max(marked) < minimal // 2
            if len(marked) == 1:
                assert pairs[0, 0] == 0
                first_pair_marked += 1
            assert y == pytest.approx([0.5 + sum(float(pairs[i, 0]) for i in marked) / 4], abs=1e-6)
    assert first_pair_marked > 0


@pytest.mark.parametrize("id", ["adding_30", "adding_100"])
def test_adding_lengths_and_values_are_uniform(id: str) -> None:
    train = datasets.load(id).train
    counts = np.bincount(train["length"])
    assert np.ptp(counts[counts > 0]) < 0.2 * counts.max()
    last = train["x"][:, -2, 0]
    assert abs(last.mean()) < 0.03
    assert last.var() == pytest.approx(1 / 3, rel=0.05)


@pytest.mark.parametrize(
    "id, length, first, second",
    [("temporal_order", (100, 110), (10, 20), (50, 60)), ("temporal_order_30", (30, 33), (3, 6), (15, 18))],
)
def test_temporal_order_classes_recomputed(
    id: str, length: tuple[int, int], first: tuple[int, int], second: tuple[int, int]
) -> None:
    data = datasets.load(id)
    classes = datasets.card(id).classes
    rule = {"XX": "Q", "XY": "R", "YX": "S", "YY": "U"}
    for split in (data.train, data.validation, data.test):
        for x, y, n in zip(split["x"][:2_000], split["y"], split["length"], strict=False):
            assert not x[: len(x) - n].any()
            assert (x[len(x) - n :].sum(1) == 1).all()
            text = "".join(data.info["symbols"][i] for i in x[len(x) - n :].argmax(1))
            found = re.fullmatch(r"E[abcd]*([XY])[abcd]*([XY])[abcd]*B", text)
            assert found and length[0] <= n <= length[1]
            assert first[0] <= found.start(1) <= first[1]
            assert second[0] <= found.start(2) <= second[1]
            assert classes[y] == rule[found[1] + found[2]]
    assert np.bincount(data.train["y"]).min() > 0.2 * len(data.train["y"])


@pytest.mark.parametrize("id, p", [("long_lag_50", 50), ("long_lag_100", 100)])
def test_long_lag_has_two_sequences(id: str, p: int) -> None:
    data = datasets.load(id)
    symbols = data.info["symbols"]
    assert len(symbols) == p + 1
    wanted = {(end, *(f"a{i}" for i in range(1, p)), end) for end in "xy"}
    for split in (data.train, data.validation, data.test):
        found = {tuple(symbols[i] for i in [*x, y]) for x, y in zip(split["x"], split["y"], strict=True)}
        assert found == wanted
        assert (split["next"][:, :-1] == split["x"][:, 1:]).all()
        assert (split["next"][:, -1] == split["y"]).all()
    assert len(data.test["x"]) == 2
    assert 400 < (data.train["y"] == p).sum() < 600


def stream(split: dict[str, np.ndarray]) -> list[int]:
    kept = split["weight"].ravel() == 1
    x, y = split["x"].ravel()[kept], split["y"].ravel()[kept]
    assert (x[1:] == y[:-1]).all()
    return [*x.tolist(), int(y[-1])]


def test_sentences_follow_the_templates() -> None:
    data = datasets.load("sentences")
    words = data.info["symbols"]
    assert len(words) == 29
    templates = [
        [sentences.CATEGORIES[category] for category in template] for template in sentences.TEMPLATES
    ]
    lengths = []
    for split in (data.train, data.validation, data.test):
        numbers = stream(dict(split))
        lengths.append(len(numbers))
        text = [words[i] for i in numbers]
        # Where a sentence can end: "man move car" may be one sentence, or the end of one and the start of the next.
        ends = {0}
        for start in range(len(text)):
            if start in ends:
                for template in templates:
                    sentence = text[start : start + len(template)]
                    if len(sentence) == len(template) and all(
                        word in slot for word, slot in zip(sentence, template, strict=True)
                    ):
                        ends.add(start + len(template))
        assert len(text) in ends
        legal = split["legal"].reshape(-1, 29)[np.arange(len(numbers) - 1), numbers[1:]]
        assert legal.all()
    # 12 templates of 3 words and 4 of 2: 2.75 words a sentence; the paper counts 27,534 in its 10,000.
    assert abs(lengths[0] - 27_500) < 4 * 43.3
    assert abs(lengths[1] - 2_750) < 4 * 13.7


def test_sentence_successors_by_hand() -> None:
    chances = sentences.successors()
    allowed = {prefix: set(following) for prefix, following in chances.items()}
    starts = {
        "man",
        "woman",
        "boy",
        "girl",
        "cat",
        "mouse",
        "dog",
        "book",
        "rock",
        "car",
        "dragon",
        "monster",
        "lion",
    }
    assert allowed[()] == starts
    assert allowed["book",] == {"move", "break"}
    assert allowed["cat", "chase"] == {"cat", "mouse", "dog"}
    assert allowed["man", "sleep"] == starts
    assert allowed["man", "break"] == {"glass", "plate"} | {"book", "rock", "car"} | starts
    assert allowed["lion", "eat"] == {
        "man",
        "woman",
        "boy",
        "girl",
        "cat",
        "mouse",
        "dog",
        "cookie",
        "bread",
        "sandwich",
    }
    # Three templates go on from "lion eat", equally likely; four humans, three animals, three foods.
    assert [chances["lion", "eat"][word] for word in ("man", "cat", "bread")] == pytest.approx(
        [1 / 12, 1 / 9, 1 / 9]
    )
    # A sentence that can only be at its end: 7 of 16 templates start with one of four humans, 4 with one of three aggressors.
    assert [chances["man", "sleep"][word] for word in ("man", "lion")] == pytest.approx([7 / 64, 1 / 12])
    # "man move" (chance 1/2) is a sentence of two words as often as the start of one of three.
    assert chances["man", "move"]["man"] == pytest.approx(7 / 128)
    assert chances["man", "move"]["car"] == pytest.approx((1 / 3 + 1 / 16 / 3) / 2)


def test_every_third_bit_is_the_xor_of_two() -> None:
    for split in splits("temporal_xor"):
        bits = stream(split)
        assert len(bits) == 3_000
        assert all(bits[i] ^ bits[i + 1] == bits[i + 2] for i in range(0, 3_000, 3))
        assert 900 < sum(bits[0::3]) + sum(bits[1::3]) < 1_100
        legal = split["legal"].reshape(-1, 2)[:2_999]
        assert legal[np.arange(2_999), bits[1:]].all()
        assert [int(n) for n in legal.sum(1)[:7]] == [2, 1, 2, 2, 1, 2, 2]


def parsed(text: str) -> datetime.date:
    """An independent reading: points put the day first, slashes the month, words name the month."""
    for form in (
        "%d %B %Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%b %d, %Y",
        "%A, %d %B %Y",
        "%A, %B %d, %Y",
        "%d.%m.%Y",
        "%m/%d/%Y",
    ):
        try:
            date = datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
        if form.startswith("%A"):
            assert date.strftime("%A") == text.split(",")[0]
        return date
    first, second, year = re.split("[./]", text)
    day, month = (first, second) if "." in text else (second, first)
    return datetime.date((1900 if int(year) >= 50 else 2000) + int(year), int(month), int(day))


def test_dates_mean_what_they_say() -> None:
    data = datasets.load("date_translation")
    source, target = data.info["source_vocabulary"], data.info["target_vocabulary"]
    seen: list[set[str]] = []
    for name, split in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        texts = ["".join(source[i] for i in row if i) for row in split["source"]]
        answers = ["".join(target[i] for i in row if i > 3) for row in split["target"]]
        assert not any("<unknown>" in text for text in texts)
        assert [parsed(text).isoformat() for text in texts] == answers
        if name != "train":
            assert data.info["references"][name] == answers
        assert len(set(answers)) == len(answers)
        seen.append(set(answers))
    assert [len(part) for part in seen] == [12_000, 1_000, 1_000]
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])


def test_sorting_sorts() -> None:
    data = datasets.load("sorting")
    rows = []
    for split in (data.train, data.validation, data.test):
        digits = (split["source"] - 4).tolist()
        assert [sorted(row) for row in digits] == (split["target"][:, 1:-1] - 4).tolist()
        rows += [tuple(row) for row in digits]
    assert len(set(rows)) == 12_000
    assert data.info["references"]["test"][0] == " ".join(map(str, sorted(rows[-1_000])))


def test_copying_repeats_after_the_lag() -> None:
    for split in splits("copying"):
        x, y, weight = split["x"], split["y"], split["weight"]
        assert x.shape[1] == 30 + 20
        assert x[:, :10].max() == 7
        assert (x[:, 39] == 9).all() and (np.delete(x[:, 10:], 29, axis=1) == 8).all()
        assert (y[:, 40:] == x[:, :10]).all() and (y[:, :40] == 8).all()
        assert (weight[:, 40:] == 1).all() and not weight[:, :40].any()


def test_gaussians_have_their_centres_and_width() -> None:
    data = datasets.load("gaussians_8")
    for mode in range(8):
        points = data.train["x"][data.train["y"] == mode]
        angle = mode * np.pi / 4
        assert len(points) > 1_100
        assert points.mean(0) == pytest.approx([2 * np.cos(angle), 2 * np.sin(angle)], abs=0.003)
        assert points.std(0) == pytest.approx([0.02, 0.02], rel=0.1)


def test_noisy_patterns_flip_a_tenth() -> None:
    data = datasets.load("noisy_patterns")
    pure = {
        "X": "#..#.##..##.#..#",
        "T": "####.##..##..##.",
        "C": "#####...#...####",
        "J": "...#...##..#####",
    }
    clean = np.array([[1 if cell == "#" else -1 for cell in pure[letter]] for letter in data.info["letters"]])
    assert len(data.train["x"]) == 100
    assert set(np.unique(data.test["x"])) == {-1.0, 1.0}
    flipped = data.test["x"] != clean[data.test["letter"]]
    assert flipped.mean() == pytest.approx(0.1, abs=0.01)
    assert (data.test["y"] == np.isin(data.test["letter"], [0, 1])).all()


def test_cartpole_is_as_gymnasium_registers_it() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    info = datasets.load("cartpole").info
    spec = gymnasium.spec(info["environment"])
    assert (spec.reward_threshold, spec.max_episode_steps) == (info["solved_return"], info["longest"])


@pytest.mark.slow  # importing scikit-learn takes seconds
def test_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    rows = [np.column_stack([split["x"].reshape(-1, 64), split["y"]]) for split in splits("digits")]
    found = sorted(map(tuple, np.concatenate(rows).tolist()))
    assert found == sorted(map(tuple, np.column_stack([bunch.data, bunch.target]).astype(int).tolist()))
    for part, share in zip(rows, (0.6, 0.2, 0.2), strict=True):
        assert np.bincount(part[:, 64]) == pytest.approx(share * np.bincount(bunch.target), abs=1.01)
