"""The kind of device that programs run on.

For the few operations whose form for a processor is not one that a GPU can repeat to the bit.
"""

import keras


def on_gpu() -> bool:
    """Whether the backend computes on a GPU."""
    return keras.distribution.list_devices()[0].startswith("gpu")
