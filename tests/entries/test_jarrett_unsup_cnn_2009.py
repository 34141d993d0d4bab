"""The multi-stage nets: sizes from one layer to the next, and what is trained."""

import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("jarrett_unsup_cnn_2009")


def test_the_net_for_caltech_ends_in_maps_of_4x4() -> None:
    model = ENTRY.build()
    shapes = [model.get_layer(name).output.shape[1:] for name in ("F1", "P1", "F2", "P2")]
    assert shapes == [(135, 135, 64), (26, 26, 64), (18, 18, 256), (4, 4, 256)]


def test_random_filters_are_not_trained_and_the_plain_net_lacks_two_parts() -> None:
    recipes = {recipe.variant: recipe for recipe in catalogue.recipes(ENTRY, "pocket")}
    random, plain = (ENTRY.build(**recipes[name].model) for name in ("random", "random-plain"))
    for model in (random, plain):
        assert [weight.path.split("/")[-2] for weight in model.trainable_weights] == ["output", "output"]
    names = [
        {layer.name for layer in model.layers if layer.name[-1] in "12" and layer.name[0].isupper()}
        for model in (random, plain)
    ]
    assert names[0] - names[1] == {"R1", "N1", "R2", "N2"} and not names[1] - names[0]


def test_answers_do_not_depend_on_the_brightness_of_the_image() -> None:
    """Filters without bias are almost linear for faint images: normalised, a faded image looks the same."""
    recipes = {recipe.variant: recipe for recipe in catalogue.recipes(ENTRY, "pocket")}
    model = ENTRY.build(**{**recipes["random"].model, "scale": 1.0})
    images = np.random.default_rng(0).random((5, 8, 8, 1)).astype("float32") * 0.01
    np.testing.assert_allclose(
        np.asarray(model(images)), np.asarray(model(0.5 * images)), rtol=0.02, atol=0.02
    )
