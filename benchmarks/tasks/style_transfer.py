"""Style transfer: paint the content of one picture in the style of others; scored by how far the result is
from each.

Both distances are relative to a picture for which nothing was done. A copy of the content has a style
distance of 100% and a content distance of 0%; a copy of the style picture the reverse; to lower both needs a
picture that is neither. The eyes are the features that the run has learned, and the pixels were changed to
please them: the scores say that the optimisation found what it was to find, not that people would agree.
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
#: What it asks of a model.
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
    found = {}
    for name, picture in pictures.items():
        found[f"{name}_content"], found[f"{name}_style"] = model.distances(picture)
    return found


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The distances, means over the styles and of no split, and the error of the features on one split."""
    require("style_transfer", model, MODEL)
    found = predict.once(judge)

    def share(part: np.ndarray, whole: np.ndarray) -> float:
        return 100.0 * float(np.mean(part / whole))

    return {
        "style_distance": share(found["result_style"], found["nothing_style"]),
        "content_distance": share(found["result_content"], found["style_content"]),
        "blend_style_distance": share(found["blend_style"], found["nothing_style"]),
        "blend_content_distance": share(found["blend_content"], found["style_content"]),
        "noise_style_distance": share(found["noise_style"], found["nothing_style"]),
        "feature_error": classification.evaluate(predict, model, data, split)["error"],
    }


def paintings(model: Any) -> dict[str, Any]:
    """The styles and the results, [styles,h,w,3] from 0 to 1, and the content beside each."""
    content, styles = ops.convert_to_tensor(model.content), ops.convert_to_tensor(model.styles)
    shown = {
        "content": ops.broadcast_to(content, styles.shape),
        "style": styles,
        "result": ops.convert_to_tensor(model.pixels),
    }
    return {name: ops.clip(0.5 + 0.5 * picture, 0.0, 1.0) for name, picture in shown.items()}
