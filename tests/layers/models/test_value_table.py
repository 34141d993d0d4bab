"""A table of values keeps what it is given."""

import numpy as np

from benchmarks.layers.models.value_table import ValueTable
from benchmarks.rules.protocol import HostModel
from benchmarks.tasks.protocol import Player


def test_a_table_is_a_host_model_and_a_player_and_its_state_is_a_copy():
    table = ValueTable(3, 2)
    assert isinstance(table, HostModel) and isinstance(table, Player)
    assert table.parameters() == 6
    table.values[2] = [4.0, 5.0]
    state = table.state()
    np.testing.assert_array_equal(table(np.array([2, 0])), [[4.0, 5.0], [0.0, 0.0]])
    table.values[2, 0] = 9.0
    other = ValueTable(3, 2)
    other.set_state(state)
    np.testing.assert_array_equal(other.values, [[0, 0], [0, 0], [4, 5]])
