"""The U-Net of figure 1, and that images and labels are deformed together in training alone."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.entries.convolutional import unet_2015
from benchmarks.tasks import segmentation

ENTRY = catalogue.load("unet_2015")


def test_figure_1():
    """Sides along the net as printed in the figure, with a sixteenth of its maps; 23 convolutions, as the
    text says.
    """
    model = ENTRY.build(width=4)
    convolutions = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Conv2DTranspose)
    ]
    sides = [layer.output.shape[1] for layer in convolutions]
    down = [570, 568, 282, 280, 138, 136, 66, 64, 30, 28]
    up = [56, 54, 52, 104, 102, 100, 200, 198, 196, 392, 390, 388, 388]
    assert sides == down + up and len(sides) == 23
    assert [layer.filters for layer in convolutions[:10:2]] == [4, 8, 16, 32, 64]
    assert [
        layer.input[0].shape[1] for layer in model.layers if isinstance(layer, keras.layers.Concatenate)
    ] == [56, 104, 200, 392]


@pytest.mark.parametrize(("depth", "side", "given"), [(4, 388, 572), (2, 32, 72), (3, 64, 156)])
def test_tiles(depth, side, given):
    """The input of a tile is even wherever it is pooled, and no smaller one of the kind has the output."""
    found, output = unet_2015.tile(depth, side)
    assert found == given and output >= side
    assert unet_2015.tile(depth, side - 2**depth)[1] < side or output == side


def test_every_pixel_of_a_scene_is_labelled_from_all_around_it():
    """A pixel of a mirrored scene is seen through its image beyond the edge too: the corner's label
    depends on its mirror image's pixel.
    """
    keras.utils.set_random_seed(0)
    model = ENTRY.build(classes=3, input_shape=(32, 32, 1), depth=2, width=2, whole=True)
    image = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, 1)).astype("float32")
    assert model.output.shape == (None, 32, 32, 3)
    turned = np.asarray(model(image[:, ::-1]))
    assert np.isfinite(turned).all() and not np.allclose(turned, np.asarray(model(image)))


def test_the_loss_deforms_images_and_labels_alike_and_in_training_alone():
    """A net that reads the label off the image has no error however both are bent; with the labels left as
    they were it has.
    """
    keras.utils.set_random_seed(0)
    inputs = keras.Input((16, 16, 1))
    from benchmarks.layers.image.elastic import ElasticDeformation

    x = ElasticDeformation(2.0, name="deformation")(inputs)
    model = keras.Model(
        inputs, keras.layers.Lambda(lambda x: 50.0 * keras.ops.concatenate([0.5 - x, x - 0.5], -1))(x)
    )
    labels = (np.arange(16) // 4 % 2).astype("uint8") * np.ones((8, 16, 16), "uint8")
    batch = {"x": labels[..., None].astype("float32"), "y": labels}
    assert ENTRY.loss is not None
    bent, straight = float(ENTRY.loss(model, batch, True)), float(ENTRY.loss(model, batch, False))
    assert straight < 1e-6
    assert bent < 0.1, "only where a pixel lies half between two labels"
    images, _ = model.get_layer("deformation").deform(batch["x"], batch["y"])
    assert float(segmentation.loss(model, {"x": images, "y": labels}, True)) > 1.0
