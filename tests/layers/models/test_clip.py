"""CLIP's loss by hand, and its towers where it matters who sees what."""

import keras
import numpy as np

from benchmarks.layers.models import clip


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("float32")


def test_the_loss_is_the_mean_of_both_cross_entropies():
    rng = np.random.default_rng(0)
    images, texts = unit(rng.normal(size=(5, 3))), unit(rng.normal(size=(5, 3)))
    similar = 4.0 * images.astype("float64") @ texts.T.astype("float64")
    wanted = 0.0
    for i in range(5):
        wanted -= 0.5 / 5 * np.log(np.exp(similar[i, i]) / np.exp(similar[i]).sum())
        wanted -= 0.5 / 5 * np.log(np.exp(similar[i, i]) / np.exp(similar[:, i]).sum())
    np.testing.assert_allclose(float(clip.contrastive(images, texts, 4.0)), wanted, rtol=1e-5)
    np.testing.assert_allclose(float(clip.contrastive(texts, images, 4.0)), wanted, rtol=1e-5)
    assert float(clip.contrastive(np.eye(4, dtype="float32"), np.eye(4, dtype="float32"), 100.0)) < 1e-6


def net() -> clip.ImagesAndTexts:
    keras.utils.set_random_seed(2)
    images = clip.image_tower((4, 4, 1), 16.0, 2, 8, 1, 2, 6)
    texts = clip.text_tower(5, 20, 8, 1, 2, 6)
    return clip.ImagesAndTexts(images, texts, 5, ("a {}", "the {} here", "one {}"), ("cat", "red dog", "hen"))


def test_captions_are_drawn_from_all_templates_but_the_last_and_name_their_class():
    model = net()
    y = np.arange(300).astype("int32") % 3
    drawn = np.asarray(model.drawn_captions(y))
    said = {" ".join(model.words[number] for number in row if number > 1) for row in drawn[y == 1]}
    assert said == {"a red dog", "the red dog here"}
    assert (drawn == clip.END).sum() == 300
    assert np.asarray(model(np.zeros((2, 4, 4, 1), "float32"))).shape == (2, 3)


def test_a_text_ends_at_its_end_symbol_and_words_behind_it_do_not_count():
    model = net()
    one = np.array([[2, 3, clip.END, 0, 0]], "int32")
    other = np.array([[2, 3, clip.END, 4, 5]], "int32")
    third = np.array([[3, 2, clip.END, 0, 0]], "int32")
    vectors = [np.asarray(model.texts(words)) for words in (one, other, third)]
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)
    assert np.abs(vectors[0] - vectors[2]).max() > 1e-4


def test_the_factor_is_learned_and_bounded():
    model = net()
    np.testing.assert_allclose(float(model.scale), 1 / 0.07, rtol=1e-5)
    model.log_scale.assign(9.0)
    assert float(model.scale) == 100.0
    assert any(weight is model.log_scale for weight in model.trainable_variables)
