"""Style transfer: paint the content of one picture in the style of others; scored by the distance from each.

Both distances are relative to a picture for which nothing was done. A copy of the content has a style
distance of 100% and a content distance of 0%; a copy of the style picture the reverse. Only a picture that is
neither lowers both. The distances are between features that the run has learned, and the pixels were
optimised for them: the scores say that the optimisation worked, not that people would agree.
"""

from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.style_transfer import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks import classification
from benchmarks.tasks.protocol import Painting, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y")
#: What the task asks of a model.
MODEL = Painting

loss = classification.loss


def judge(model: Any) -> dict[str, Any]:
    """Content and style distances [styles] of the result, the content, the styles, the blend and noise."""
    content, styles = ops.convert_to_tensor(model.content), ops.convert_to_tensor(model.styles)
    noise = np.random.default_rng(0).uniform(-1.0, 1.0, styles.shape).astype("float32")
    pictures = {
        "result": ops.convert_to_tensor(model.pixels),
        "nothing": ops.broadcast_to(content, styles.shape),
        "style": styles,
        "blend": 0.5 * (content + styles),
        "noise": ops.convert_to_tensor(noise),
    }
    distances = {}
    for name, picture in pictures.items():
        distances[f"{name}_content"], distances[f"{name}_style"] = model.distances(picture)
    return distances


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The distances, means over the styles whatever the split, and the error of the features on it."""
    require("style_transfer", model, MODEL)
    judged = predict.once(judge)

    def share(part: np.ndarray, whole: np.ndarray) -> float:
        return 100.0 * float(np.mean(part / whole))

    return {
        "style_distance": share(judged["result_style"], judged["nothing_style"]),
        "content_distance": share(judged["result_content"], judged["style_content"]),
        "blend_style_distance": share(judged["blend_style"], judged["nothing_style"]),
        "blend_content_distance": share(judged["blend_content"], judged["style_content"]),
        "noise_style_distance": share(judged["noise_style"], judged["nothing_style"]),
        "feature_error": classification.evaluate(predict, model, data, split)["error"],
    }


def paintings(model: Any) -> dict[str, Any]:
    """The styles and the results, [styles,h,w,3] from 0 to 1, with the content for each."""
    content, styles = ops.convert_to_tensor(model.content), ops.convert_to_tensor(model.styles)
    shown = {
        "content": ops.broadcast_to(content, styles.shape),
        "style": styles,
        "result": ops.convert_to_tensor(model.pixels),
    }
    return {name: ops.clip(0.5 + 0.5 * picture, 0.0, 1.0) for name, picture in shown.items()}
