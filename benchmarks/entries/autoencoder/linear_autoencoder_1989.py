"""A net without a bend: what it learns was known in 1901, and that is why it was worth a theorem.

Give a net its own input as the target, and a hidden layer that is too narrow for it: it has to find a code.
If all its units are linear, Pierre Baldi and Kurt Hornik proved in 1989, there is one valley and no other:
the error surface has no local minima, only saddles, and at the bottom the hidden units span the plane in
which the data vary most. It is the plane of the principal components, which Karl Pearson had defined as the
one that lies nearest to all points. Backpropagation finds by many small steps what a solver finds in one.

So a linear autoencoder is of no use, and as a yardstick it is priceless. Whatever a deeper autoencoder does
better than principal components of the same number, it owes to its bends: Hinton and Salakhutdinov measured
theirs by it in 2006. And it is the first case in which one could say exactly what a hidden layer learns.

The net does not find the components themselves, only their plane: any rotation of the hidden units does as
well. Nor can a plane follow data that lie on a curve, such as digits that move, turn and grow.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Neural networks and principal component analysis: learning from examples without local minima",
    authors="P. Baldi, K. Hornik",
    year=1989,
    venue="Neural Networks 2(1):53-58",
    url="https://doi.org/10.1016/0893-6080(89)90014-2",
    confidence="recalled",
)


def build(components=30, input_shape=(28, 28, 1), scale=255.0, closed_form=False):
    """Two linear layers with a narrow code between them, or the closed form."""
    import math

    import keras

    from benchmarks.layers.models.autoencoder import Autoencoder
    from benchmarks.layers.models.principal_components import PrincipalComponents

    if closed_form:
        return PrincipalComponents(components, input_shape, scale)
    visible = math.prod(input_shape)
    layers = [keras.Input((visible,)), keras.layers.Dense(components), keras.layers.Dense(visible)]
    return Autoencoder(keras.Sequential(layers), input_shape, scale, likelihood="gaussian")


def pictures(model, data, predict):
    """Ten test images and what the code keeps of them."""
    import math

    import numpy as np

    from benchmarks.pictures import grid

    x = data.test["x"][:10]
    images = np.concatenate([np.asarray(part) for part in (model.intensity(x), model(x))]).clip(0.0, 1.0)
    side = math.isqrt(model.visible)
    return {
        "codes": grid(images, (side, side), 10, "Above ten test images, below what the code keeps of them.")
    }


NET = {"components": 10, "input_shape": (8, 8, 1), "scale": 16.0}
OURS = "ours: ten components; gradient descent as in the theorem, rate chosen on the validation split"

ENTRY = Entry(
    id="linear_autoencoder_1989",
    name="Linear autoencoder",
    family="autoencoder",
    task="reconstruction",
    idea="A narrow linear code: gradient descent finds the plane of the principal components.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"principal-components": "the closed form: no training, the same plane"},
    parameters=(
        ParameterCount(trainable=47_854, where="784-30-784 with biases, counted"),
        ParameterCount(
            trainable=24_304,
            where="the mean of 784 pixels and 30 axes, counted",
            variant="principal-components",
            arguments={"closed_form": True},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=NET,
            optimizer={"name": "SGD", "learning_rate": 0.05},
            batch_size=20,
            epochs=60,
            evaluate_every=20,
            floor=("squared_error", 1.7),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="principal-components",
            rule="fit",
            model=NET | {"closed_form": True},
            floor=("squared_error", 1.5),
            source="ours: ten components; there is nothing to choose",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"components": 30},
            optimizer={"name": "SGD", "learning_rate": 0.01},
            batch_size=20,
            epochs=20,
            evaluate_every=5,
            train_on="train+validation",
            source="thirty components as for the closed form; rate the best of four after three passes on "
            "the validation split; batch and epochs ours",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="principal-components",
            rule="fit",
            model={"components": 30, "closed_form": True},
            train_on="train+validation",
            source="Hinton and Salakhutdinov (2006): thirty components of MNIST",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            variant="principal-components",
            metric="squared_error",
            value=13.87,
            unit="grey²",
            direction="lower",
            where="Hinton and Salakhutdinov (2006): standard PCA with 30 components, test images",
            test_size=10_000,
            confidence="verified",
            source="https://doi.org/10.1126/science.1127647",
        ),
    ),
    deviations=(
        "The paper proves a theorem and trains nothing; data, sizes and schedule are ours.",
        "The weights have biases, where the paper takes data whose mean is zero.",
    ),
)
