"""Which parameters decay, by the rule that without a gradient decay is all that happens."""

import keras
import numpy as np

from benchmarks import optimizers


def test_kernels_decay_and_vectors_do_not():
    optimizer = optimizers.make({"name": "MatrixAdamW", "learning_rate": 0.1, "weight_decay": 0.5})
    variables = [keras.Variable(np.ones(shape, "float32")) for shape in ((2, 3), (3,), (7, 7, 2, 1))]
    optimizer.build(variables)
    optimizer.apply([np.zeros(variable.shape, "float32") for variable in variables], variables)
    np.testing.assert_allclose(
        [np.asarray(variable.value).mean() for variable in variables], [0.95, 1.0, 0.95], rtol=1e-6
    )
