"""Checkpoints: what a killed run needs to end in the same record as one that was never killed."""

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.records import remove_temporaries, write_bytes_atomic


def path(folder: Path, run_id: str) -> Path:
    """Where the checkpoint of a run lies: keyed by the run's identity."""
    return folder / f"{run_id}.npz"


def save(file: Path, state: list[np.ndarray], host: dict[str, np.ndarray], progress: dict[str, Any]) -> None:
    """Write the state of all variables, the learner's host state and the progress so far, atomically."""
    arrays = {f"state{i}": value for i, value in enumerate(state)} | {f"host_{key}": value for key, value in host.items()}
    buffer = io.BytesIO()
    # Saved as bytes with the dtype's name beside it: NumPy's format has no bfloat16.
    types = {key: str(value.dtype) for key, value in arrays.items()}
    raw = {key: np.frombuffer(np.ascontiguousarray(value).tobytes(), "uint8") for key, value in arrays.items()}
    shapes = {key: list(value.shape) for key, value in arrays.items()}
    np.savez(buffer, **raw, meta=np.frombuffer(json.dumps({"types": types, "shapes": shapes, "progress": progress}).encode(), "uint8"))  # type: ignore[arg-type]
    write_bytes_atomic(buffer.getvalue(), file)


def load(file: Path) -> tuple[list[np.ndarray], dict[str, np.ndarray], dict[str, Any]] | None:
    """What `save` wrote, or None where there is no checkpoint. Raises ValueError where it cannot be read."""
    if not file.exists():
        return None
    try:
        return _read(file)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{file}: is no readable checkpoint ({error}); delete it to start the run anew") from error


def _read(file: Path) -> tuple[list[np.ndarray], dict[str, np.ndarray], dict[str, Any]]:
    import ml_dtypes

    with open(file, "rb") as stream, np.load(stream, allow_pickle=False) as saved:
        meta = json.loads(saved["meta"].tobytes())

        def restore(key: str) -> np.ndarray:
            name = meta["types"][key]
            dtype = np.dtype(getattr(ml_dtypes, name)) if name == "bfloat16" else np.dtype(name)
            return np.frombuffer(saved[key].tobytes(), dtype).reshape(meta["shapes"][key])

        count = sum(key.startswith("state") for key in meta["types"])
        state = [restore(f"state{i}") for i in range(count)]
        host = {key.removeprefix("host_"): restore(key) for key in meta["types"] if key.startswith("host_")}
    return state, host, meta["progress"]


def remove(file: Path) -> None:
    """Delete the checkpoint of a run that has ended, and what a killed process left of writing it."""
    file.unlink(missing_ok=True)
    remove_temporaries(file)
