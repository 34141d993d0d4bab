"""AdamW whose weight decay spares biases and normalisation."""

from typing import Any

import keras


class MatrixAdamW(keras.optimizers.AdamW):
    """AdamW that decays matrices and kernels only, not biases or the scales and offsets of
    normalisation.

    Source: the authors' code of Liu et al., "A ConvNet for the 2020s" (2022), which spares every parameter of
    one dimension.
    """

    def build(self, variables: list[Any]) -> None:
        """Take the variables, and note those of one dimension."""
        if not self.built:
            self.exclude_from_weight_decay(
                var_list=[variable for variable in variables if len(variable.shape) < 2]
            )
        super().build(variables)
