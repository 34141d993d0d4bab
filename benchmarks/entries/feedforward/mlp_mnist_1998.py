"""The plain nets that LeNet-5 had to beat.

The 1998 paper that made convolutional networks famous compares them, on one new data set, with
everything that was in use: nearest neighbours, support vector machines, and fully connected nets
with one or two hidden layers. Its authors took 60,000 digits written by clerks and by school
children, centred them in 28 x 28 pixels, and MNIST was born.

A net with 300 hidden units has more parameters than there are training images, and still
generalises: the authors suppose that gradient descent itself keeps the effective number of
parameters small. What it cannot do is see: shuffle the pixels of all images in the same way, and
it learns just as well. That an image has neighbourhoods has to be put into the architecture.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Gradient-based learning applied to document recognition",
    authors="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
    year=1998,
    venue="Proceedings of the IEEE 86(11):2278-2324",
    url="https://doi.org/10.1109/5.726791",
    confidence="verified",
)


def build(hidden=(300,), classes=10, input_shape=(28, 28, 1), scale=255.0):
    """Scaled tanh units throughout (appendix A of the paper); one output per class, target +1 or -1."""
    import keras

    from benchmarks.layers.scaled_tanh import FanInUniform, scaled_tanh

    x = inputs = keras.Input(input_shape)
    x = keras.layers.Rescaling(1.275 / scale, offset=-0.1)(x)  # background -0.1, ink 1.175 (section II.B)
    x = keras.layers.Flatten()(x)
    for units in hidden:
        x = keras.layers.Dense(units, activation=scaled_tanh, kernel_initializer=FanInUniform())(x)
    outputs = keras.layers.Dense(classes, activation=scaled_tanh, kernel_initializer=FanInUniform())(x)
    return keras.Model(inputs, outputs)


def loss(model, batch, training):
    """Squared error to targets of +1 for the class and -1 for the others, summed over the outputs (equation 8)."""
    from keras import ops

    outputs = ops.cast(model(batch["x"], training=training), "float32")
    targets = 2.0 * ops.one_hot(batch["y"], ops.shape(outputs)[-1]) - 1.0
    return 0.5 * ops.mean(ops.sum(ops.square(outputs - targets), axis=-1))


ENTRY = Entry(
    id="mlp_mnist_1998",
    name="Fully connected nets of the 1998 MNIST table",
    family="feedforward",
    task="classification",
    idea="One or two hidden layers, trained by stochastic gradient descent.",
    paper=PAPER,
    build=build,
    loss=loss,
    variants={"300-100": "two hidden layers, of 300 and 100 units"},
    parameters=(
        ParameterCount(238_510, "784-300-10, counted", arguments={}),
        ParameterCount(266_610, "784-300-100-10, counted", variant="300-100", arguments={"hidden": (300, 100)}),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"hidden": (300,), "input_shape": (8, 8, 1), "scale": 16.0},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=1,
            epochs=20,
            source="section III.C.3 in kind: stochastic gradient, one example at a time",
            floor=("error", 6.0),
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=1,
            epochs=20,
            train_on="train+validation",
            source="section III.C.3 in kind: stochastic gradient, one example at a time",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist", metric="error", value=4.7, unit="%", where="Fig. 9, 28x28-300-10", direction="lower", confidence="verified", source="LECUN98"
        ),
    ),
)
