"""Word vectors: a vector for each word, learned from the words around it.

Scored by how well the vectors tell neighbours from noise, by whether words of one class lie together, and by
analogies, each as far as the data have classes or questions.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.measures.word_vectors import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, require


@runtime_checkable
class WordVectors(Protocol):
    """Texts x, int [n, T], to the loss of their pairs in nats and the number of pairs, [n] each.

    `vectors` [vocabulary, width] is one of its variables.
    """

    vectors: Any

    def __call__(self, x: Any, training: bool = False) -> tuple[Any, Any]:
        """The loss and the number of pairs; the same at each call outside training."""
        ...


#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = WordVectors


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """The loss in nats, summed over all pairs: gradient descent learns from each pair at the full rate."""
    return ops.sum(model(batch["x"], training=training)[0])


def score(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The loss and the number of pairs of each text, float32 [n]."""
    nats, pairs = model(batch["x"], training=False)
    return {"nats": nats, "pairs": pairs}


def learned(model: Any) -> dict[str, Any]:
    """The vectors, float [vocabulary, width]."""
    return {"vectors": ops.copy(ops.convert_to_tensor(model.vectors))}


def directions(predict: Predict) -> np.ndarray:
    """The vectors, each of length 1, float64 [vocabulary, width]."""
    vectors = predict.once(learned)["vectors"].astype("float64")
    unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def same_class(unit: np.ndarray, classes: list[set[str]]) -> float:
    """In %, how many words are most similar to one with a class in common: [n, width], n sets of names.

    A word whose classes hold no other word does not count.
    """
    likeness = unit @ unit.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = np.argmax(likeness, axis=1)
    accompanied = [
        i for i, own in enumerate(classes) if any(own & other for other in classes[:i] + classes[i + 1 :])
    ]
    return 100.0 * float(np.mean([bool(classes[i] & classes[nearest[i]]) for i in accompanied]))


def rand_index(unit: np.ndarray, labels: np.ndarray) -> float:
    """The adjusted Rand index of clusters joined by their mean likeness, of words with one class each."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import adjusted_rand_score

    found = AgglomerativeClustering(len(np.unique(labels)), metric="cosine", linkage="average").fit_predict(
        unit
    )
    return float(adjusted_rand_score(labels, found))


def answers(unit: np.ndarray, questions: np.ndarray, first_word: int) -> np.ndarray:
    """For each question a, b, c, int [m, 3], the word most similar to b - a + c other than these: int [m]."""
    a, b, c = unit[questions.T]
    likeness = (b - a + c) @ unit.T
    likeness[:, :first_word] = -np.inf
    np.put_along_axis(likeness, questions, -np.inf, axis=1)
    best: np.ndarray = np.argmax(likeness, axis=1)
    return best


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The measures that the data allow.

    `info["categories"]` maps a class to its words, which `info["symbols"]` or `info["vocabulary"]` number;
    `info["analogies"]` are questions of four word numbers.
    """
    require("word_vectors", model, MODEL)
    sums = predict(score, {"x": getattr(data, split)["x"]}, batch_size=20)
    measures = {"loss": float(np.sum(sums["nats"], dtype="float64") / np.sum(sums["pairs"], dtype="float64"))}
    unit = directions(predict)
    if "categories" in data.info:
        names = data.info["symbols"]
        classes = [
            {name for name, words in data.info["categories"].items() if word in words} for word in names
        ]
        measures["same_class"] = same_class(unit, classes)
        single = [i for i, some in enumerate(classes) if len(some) == 1]
        labels = np.unique([next(iter(classes[i])) for i in single], return_inverse=True)[1]
        measures["rand_index"] = rand_index(unit[single], labels)
    if "analogies" in data.info:
        asked = np.array(data.info["analogies"])[split == "test" :: 2]
        found = answers(unit, asked[:, :3], data.info["first_word"])
        measures["analogies"] = 100.0 * float(np.mean(found == asked[:, 3]))
    return measures
