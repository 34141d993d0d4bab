"""The published sizes, counted by hand; what of a batch trains."""

import numpy as np
from keras import ops

from benchmarks.entries.recurrent.seq2seq_2014 import ENTRY, build, loss
from benchmarks.tasks import translation


def by_hand(symbols: int, sources: int, width: int, cells: int, layers: int) -> int:
    """Two tables; an output layer; in every LSTM layer four affine functions of what is below and itself."""
    stack = sum(4 * cells * ((width if i == 0 else cells) + cells + 1) for i in range(layers))
    return (symbols + sources) * width + 2 * stack + (cells + 1) * symbols


def test_the_declared_counts_are_those_counted_by_hand():
    paper, notebook = ENTRY.parameters
    assert paper.trainable == by_hand(80_000, 160_000, 1000, 1000, 4) == 384_112_000
    # Section 3.4: 384 million, of which 64 million are recurrent connections.
    biases = 2 * 4 * 4 * 1000 + 80_000
    assert paper.trainable - biases == 384_000_000 == paper.published
    assert 2 * 4 * 4 * 1000 * 2000 == 64_000_000
    assert notebook.trainable == by_hand(5977, 7857, 256, 512, 2)
    # Notebook 1 has 7,853 and 5,893 symbols, and two biases where ours has one.
    assert by_hand(5893, 7853, 256, 512, 2) + 2 * 2 * 4 * 512 == 13_898_501


def test_pairs_of_more_than_thirty_symbols_do_not_train():
    model = build(vocabulary=6, source_vocabulary=6, width=2, cells=2, layers=1)
    source, target = np.full((2, 32), 4, "int32"), np.full((2, 33), 5, "int32")
    source[0, 30:] = target[0, 32:] = 0
    target[:, 0] = 1
    batch = {"source": ops.array(source), "target": ops.array(target)}
    first = {"source": ops.array(source[:1, :30]), "target": ops.array(target[:1, :32])}
    np.testing.assert_allclose(loss(model, batch, False), translation.loss(model, first, False), rtol=1e-5)
