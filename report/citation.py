"""How results are cited."""

import hashlib

from report.results import Results


def fingerprint(results: Results) -> str:
    """A hash of the results: of every run's id, final weights and status."""
    runs = results.runs
    rows = sorted(zip(runs["run_id"], runs["weights_sha256"], runs["status"], strict=True))
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
