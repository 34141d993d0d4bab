"""How often each code occurs in each row: words of texts, boxes of grids, as a sparse matrix."""

from typing import Any

import numpy as np


def code_counts(rows: np.ndarray, codes: np.ndarray, known: np.ndarray, length: int) -> Any:
    """Counts as a sparse float64 [length, known], from row and code of each occurrence, both ints [k].

    `known` are the codes of the columns, sorted int64; occurrences of other codes are left out.
    """
    from scipy import sparse  # a tenth of a second, which only those pay who count

    if not len(known):
        return sparse.csr_matrix((length, 0))
    places = np.searchsorted(known, codes).clip(max=len(known) - 1)
    there = known[places] == codes
    ones = np.ones(np.count_nonzero(there))
    return sparse.csr_matrix((ones, (rows[there], places[there])), (length, len(known)))
