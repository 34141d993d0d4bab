"""What is particular to CLIP."""

import inspect

import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("clip_2021")


def test_the_words_of_all_captions_fit_into_the_tables():
    default = inspect.signature(ENTRY.build).parameters
    for recipe in ENTRY.recipes:
        names = recipe.model.get("names", default["names"].default)
        templates = default["templates"].default
        said = [template.format(name).split() for template in templates for name in names]
        assert len({word for sentence in said for word in sentence}) + 2 <= recipe.model["vocabulary"]
        assert max(map(len, said)) + 1 <= recipe.model["context"]
        assert len({tuple(sentence) for sentence in said}) == len(said)


def test_a_net_in_which_all_texts_are_alike_has_the_loss_of_guessing():
    model = ENTRY.build(**ENTRY.recipes[0].model)
    model.texts.get_layer("text_projection").set_weights([np.zeros((32, 32), "float32")])
    assert ENTRY.loss is not None
    batch = {key: value[:16] for key, value in datasets.load("digits").train.items()}
    assert ENTRY.loss is not None
    np.testing.assert_allclose(float(ENTRY.loss(model, batch, True)), np.log(16), rtol=1e-5)


def test_pictures_show_one_image_of_each_class_and_the_sentences_that_were_held_out():
    data = datasets.load("digits")
    model = ENTRY.build(**ENTRY.recipes[0].model)
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data(data.train, data.validation, data.test), Eager(model))
    assert shown["sentences"].columns[7] == "a photo of the seven"
    first = data.test["x"][data.test["y"] == 3][0, ..., 0]
    np.testing.assert_array_equal(shown["images"].tiles[0, 3], np.round(255.0 * first / 16).astype("uint8"))
