"""The invented catalogue, data sets and machines of the invented bundles."""

from itertools import pairwise
from typing import Any

LENET = (
    ("input", "InputLayer", (32, 32, 1), 0),
    ("C1", "Conv2D", (28, 28, 6), 156),
    ("S2", "Subsampling", (14, 14, 6), 12),
    ("C3", "SparseConv2D", (10, 10, 16), 1516),
    ("S4", "Subsampling", (5, 5, 16), 32),
    ("C5", "Conv2D", (1, 1, 120), 48120),
    ("F6", "Dense", (84,), 10164),
    ("output", "RBF", (10,), 0),
)

RESNET = (
    ("input", "InputLayer", (32, 32, 3), 0),
    ("conv1", "Conv2D", (32, 32, 16), 432),
    *(
        (f"stage{s}_block{b}_{kind.lower()}", kind, shape, n)
        for s, shape in enumerate([(32, 32, 16), (16, 16, 32), (8, 8, 64)], 1)
        for b in range(9)
        for kind, n in (
            ("Conv2D", 2304 * s * s),
            ("BatchNormalization", 32 * s),
            ("ReLU", 0),
            ("Conv2D", 2304 * s * s),
            ("BatchNormalization", 32 * s),
            ("Add", 0),
        )
    ),
    ("pool", "GlobalAveragePooling2D", (64,), 0),
    ("output", "Dense", (10,), 650),
)


def _dense(*sizes: int) -> tuple[tuple[str, str, tuple[int, ...], int], ...]:
    layers = [("input", "InputLayer", (sizes[0],), 0)]
    layers += [(f"dense_{i}", "Dense", (b,), a * b + b) for i, (a, b) in enumerate(pairwise(sizes), 1)]
    return tuple(layers)


def _recurrent(kind: str, units: int, symbols: int) -> tuple[tuple[str, str, tuple[int, ...], int], ...]:
    gates = 4 if kind == "LSTM" else 1
    return (
        ("input", "InputLayer", (30, symbols), 0),
        ("recurrent", kind, (30, units), gates * (units * (units + symbols) + units)),
        ("output", "Dense", (30, symbols), units * symbols + symbols),
    )


TRANSFORMER = (
    ("source", "InputLayer", (30,), 0),
    ("embedding", "Embedding", (30, 128), 5120),
    *(
        (f"encoder_{i}_{k}", k, (30, 128), n)
        for i in range(2)
        for k, n in (
            ("MultiHeadAttention", 66048),
            ("LayerNormalization", 256),
            ("FeedForward", 131712),
            ("LayerNormalization", 256),
        )
    ),
    *(
        (f"decoder_{i}_{k}", k, (12, 128), n)
        for i in range(2)
        for k, n in (
            ("MultiHeadAttention", 66048),
            ("CrossAttention", 66048),
            ("FeedForward", 131712),
            ("LayerNormalization", 256),
        )
    ),
    ("output", "Dense", (12, 40), 5160),
)

#: id, name, family, task, layers, [(dataset, variant, tier, measure, unit, direction, first, last, claimed,
#: epochs, seconds)], authors, title, hours then
ENTRIES: tuple[tuple[Any, ...], ...] = (
    (
        "mcculloch_pitts_1943",
        "McCulloch-Pitts neuron",
        "threshold",
        "classification",
        (("input", "InputLayer", (2,), 0), ("threshold", "Threshold", (1,), 0)),
        [("truth_tables", "", "pocket", "error", "%", "lower", 0, 0, 0.0, 0, 0.0)],
        "W. S. McCulloch, W. Pitts",
        "A logical calculus of the ideas immanent in nervous activity",
        None,
    ),
    (
        "perceptron_1958",
        "Perceptron",
        "threshold",
        "classification",
        _dense(64, 10),
        [
            ("digits", "", "pocket", "error", "%", "lower", 30, 7, None, 30, 1.2),
            ("xor", "", "pocket", "error", "%", "lower", 50, 50, None, 20, 0.3),
        ],
        "F. Rosenblatt",
        "The perceptron: a probabilistic model for information storage and organization in the brain",
        None,
    ),
    (
        "adaline_1960",
        "ADALINE",
        "threshold",
        "classification",
        _dense(16, 1),
        [("digits", "", "pocket", "error", "%", "lower", 25, 6, None, 30, 0.9)],
        "B. Widrow, M. E. Hoff",
        "Adaptive switching circuits",
        None,
    ),
    (
        "backprop_1986",
        "Back-propagation net",
        "feedforward",
        "classification",
        _dense(8, 3, 8),
        [
            ("encoder_8_3_8", "", "pocket", "error", "%", "lower", 80, 0.0, 0.0, 400, 2.0),
            ("xor", "", "pocket", "sweeps_to_success", "sweeps", "lower", 900, 520, 558, 600, 2.2),
            ("parity", "", "pocket", "error", "%", "lower", 50, 3, None, 600, 2.2),
        ],
        "D. E. Rumelhart, G. E. Hinton, R. J. Williams",
        "Learning representations by back-propagating errors",
        None,
    ),
    (
        "rbm_1986",
        "Restricted Boltzmann machine",
        "energy",
        "density",
        _dense(64, 128),
        [
            ("bars_and_stripes", "", "pocket", "log_likelihood", "nats", "higher", -9, -3.9, None, 200, 3.1),
            ("digits", "", "pocket", "log_likelihood", "nats", "higher", -40, -21, None, 60, 4.0),
        ],
        "P. Smolensky",
        "Information processing in dynamical systems: foundations of harmony theory",
        None,
    ),
    (
        "elman_1990",
        "Simple recurrent network",
        "recurrent",
        "language_modelling",
        _recurrent("SimpleRNN", 20, 29),
        [
            ("elman_sentences", "", "pocket", "rmse", "", "lower", 0.2, 0.055, 0.053, 12, 6.0),
            ("reber", "", "pocket", "error", "%", "lower", 60, 1.0, None, 20, 4.0),
        ],
        "J. L. Elman",
        "Finding structure in time",
        None,
    ),
    (
        "lstm_1997",
        "Long short-term memory",
        "recurrent",
        "recall",
        _recurrent("LSTM", 64, 7),
        [
            ("adding", "", "pocket", "mse", "", "lower", 0.17, 0.0009, None, 40, 11.0),
            ("embedded_reber", "", "pocket", "success", "%", "higher", 3, 97, 100, 60, 7.0),
            ("embedded_reber", "forget_gate", "pocket", "success", "%", "higher", 3, 99, None, 60, 7.4),
            ("imdb", "", "standard", "error", "%", "lower", 45, 13.4, None, 6, 420.0),
        ],
        "S. Hochreiter, J. Schmidhuber",
        "Long short-term memory",
        None,
    ),
    (
        "lenet5_1998",
        "LeNet-5",
        "convolutional",
        "classification",
        LENET,
        [
            ("digits", "", "pocket", "error", "%", "lower", 20, 2.1, None, 20, 9.0),
            ("digits", "relu", "pocket", "error", "%", "lower", 15, 1.7, None, 20, 7.0),
            ("mnist", "", "standard", "error", "%", "lower", 5, 0.97, 0.95, 20, 310.0),
        ],
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
        "Gradient-based learning applied to document recognition",
        (60, "SGI Origin 2000, one 200 MHz R10000"),
    ),
    (
        "mlp_mnist_1998",
        "Fully connected net of the 1998 table",
        "feedforward",
        "classification",
        _dense(784, 300, 10),
        [
            ("digits", "", "pocket", "error", "%", "lower", 14, 2.9, None, 30, 3.0),
            ("mnist", "", "standard", "error", "%", "lower", 9, 3.1, 4.7, 30, 44.0),
            ("mnist", "two_hidden", "standard", "error", "%", "lower", 8, 3.3, 3.05, 30, 51.0),
        ],
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
        "Gradient-based learning applied to document recognition",
        None,
    ),
    (
        "denoising_autoencoder_2008",
        "Denoising autoencoder",
        "autoencoder",
        "reconstruction",
        _dense(64, 120, 64),
        [
            ("digits", "blankout", "pocket", "mse", "", "lower", 0.08, 0.016, None, 40, 3.4),
            ("digits", "gaussian", "pocket", "mse", "", "lower", 0.08, 0.018, None, 40, 3.3),
        ],
        "P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol",
        "Extracting and composing robust features with denoising autoencoders",
        None,
    ),
    (
        "dqn_2013",
        "Deep Q-network",
        "reinforcement",
        "control",
        _dense(4, 64, 64, 2),
        [
            ("cartpole", "", "pocket", "return", "", "higher", 20, 330, None, 40, 22.0),
            ("cartpole", "target_network", "pocket", "return", "", "higher", 20, 450, None, 40, 23.0),
        ],
        "V. Mnih et al.",
        "Playing Atari with deep reinforcement learning",
        None,
    ),
    (
        "gan_2014",
        "Generative adversarial network",
        "generative",
        "generation",
        _dense(32, 128, 64),
        [
            ("digits", "", "pocket", "frechet_distance", "", "lower", 300, 24, None, 60, 8.0),
            ("mnist", "", "standard", "parzen_log_likelihood", "nats", "higher", -200, 214, 225, 50, 600.0),
        ],
        "I. J. Goodfellow et al.",
        "Generative adversarial nets",
        None,
    ),
    (
        "resnet_cifar_2015",
        "Residual network on CIFAR-10",
        "convolutional",
        "classification",
        RESNET,
        [
            ("digits", "20", "pocket", "error", "%", "lower", 20, 1.9, None, 8, 26.0),
            ("cifar10", "20", "standard", "error", "%", "lower", 45, 8.5, 8.75, 160, 2900.0),
            ("cifar10", "plain_20", "standard", "error", "%", "lower", 48, 9.4, None, 160, 2700.0),
        ],
        "K. He, X. Zhang, S. Ren, J. Sun",
        "Deep residual learning for image recognition",
        None,
    ),
    (
        "transformer_2017",
        "Transformer",
        "attention",
        "translation",
        TRANSFORMER,
        [
            ("dates", "", "pocket", "accuracy", "%", "higher", 2, 98, None, 20, 30.0),
            ("multi30k", "", "standard", "bleu", "BLEU", "higher", 2, 33, None, 30, 1500.0),
        ],
        "A. Vaswani et al.",
        "Attention is all you need",
        (84, "8 NVIDIA P100"),
    ),
)

DATASETS = {
    "digits": (
        "Optical recognition of handwritten digits",
        "CC BY 4.0",
        "https://archive.ics.uci.edu/dataset/80",
        "8 x 8 grey",
        1437,
    ),
    "mnist": ("MNIST", "CC BY-SA 3.0", "http://yann.lecun.com/exdb/mnist/", "28 x 28 grey", 60000),
    "cifar10": (
        "CIFAR-10",
        "not stated by its authors",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        "32 x 32 RGB",
        50000,
    ),
    "imdb": (
        "IMDB reviews",
        "not stated by its authors",
        "https://ai.stanford.edu/~amaas/data/sentiment/",
        "tokens",
        25000,
    ),
    "multi30k": (
        "Multi30k, German to English",
        "CC BY-NC-SA 4.0",
        "https://github.com/multi30k/dataset",
        "sentence pairs",
        29000,
    ),
}

MACHINES: tuple[dict[str, Any], ...] = (
    {
        "processor": "Intel Xeon Platinum 8481C",
        "cores": 2,
        "memory_bytes": 8 << 30,
        "accelerators": "",
        "accelerator_memory_bytes": None,
        "driver": "",
        "cuda": "",
    },
    {
        "processor": "AMD EPYC 9554",
        "cores": 16,
        "memory_bytes": 128 << 30,
        "accelerators": "NVIDIA H200",
        "accelerator_memory_bytes": 139 << 30,
        "driver": "570.86",
        "cuda": "CUDA 12.8, cuDNN 9.10",
    },
)

CEILINGS = ((1.6e11, 1.1e10), (4.9e13, 3.9e12))

PRICES = ((None, ""), (3.2, "EUR"))
