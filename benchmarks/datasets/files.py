"""Files of real data sets: from a local mirror, from the cache, or downloaded; checked in every case.

A mirror (`data_dir`) and the cache have the same layout: one folder a data set, holding the canonical files
under their published names, or one of the packings that a `DataFile` names. Bytes are checked against their
SHA-256 before anything parses them, and exactly the checked bytes are parsed.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.spec import DataFile

UNPACK = {".xz": lzma.decompress, ".gz": gzip.decompress, ".bz2": bz2.decompress}


class DataError(ValueError):
    """A data set is not available as declared: a file is missing, corrupt or truncated, or arrays differ from
    the card."""


def cache_dir() -> Path:
    """Where downloads are kept: the folder that the environment variable DATA_CACHE names, or the default.

    That is ~/.cache/deep-learning-history, or results/cache for a user without a home.
    """
    if named := os.environ.get("DATA_CACHE"):
        return Path(named)
    try:
        return Path.home() / ".cache" / "deep-learning-history"
    except RuntimeError:  # a user without a home, as in some containers
        return Path("results", "cache").absolute()


def sha256(content: bytes) -> str:
    """SHA-256 of some bytes, in hex digits."""
    return hashlib.sha256(content).hexdigest()


def checksum(files: Sequence[DataFile]) -> str:
    """One SHA-256 for several files: that of the lines `<sha256>  <name>`, as sha256sum prints them."""
    return sha256("".join(f"{file.sha256}  {file.name}\n" for file in files).encode())


def fetch(
    folder: str, files: Sequence[DataFile], data_dir: Path | None = None, archive: DataFile | None = None
) -> dict[str, bytes]:
    """The checked bytes of `files`, by name.

    With `data_dir` they are read from `data_dir/folder` and nothing is downloaded; without, from the cache,
    and what the cache lacks is downloaded into it. Where the publisher offers one tar archive instead of
    single files, `archive` is that: its members bear the files' names. Raises DataError, naming the file, the
    expected and the found checksum and the remedy, if a file is missing, corrupt or truncated.
    """
    root = (cache_dir() if data_dir is None else data_dir) / folder
    cached = data_dir is None
    absent = [file for file in files if _find(root, file) is None]
    if absent and archive is not None and (cached or _find(root, archive)):
        if not _find(root, archive):
            _download(archive, root / archive.name)
        return _members(_read(root, archive, cached), files, root / archive.name)
    if cached:
        for file in absent:
            _download(file, root / file.name)
    # Threads, since unpacking and hashing, which take the time, leave the interpreter free.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return dict(
            zip(
                (file.name for file in files),
                pool.map(lambda file: _read(root, file, cached), files),
                strict=True,
            )
        )


def missing(
    folder: str, files: Sequence[DataFile], data_dir: Path | None = None, archive: DataFile | None = None
) -> str | None:
    """None if every file (or the archive) is there without a download, else a sentence that names the first
    one that is not."""
    root = (cache_dir() if data_dir is None else data_dir) / folder
    absent = [file.name for file in files if _find(root, file) is None]
    if not absent or (archive is not None and _find(root, archive) is not None):
        return None
    return f"{root / absent[0]} is not there" + (" (it would be downloaded)" if data_dir is None else "")


def _find(root: Path, file: DataFile) -> Path | None:
    """Where the canonical file lies, or else the first packing of it that is there."""
    return next((root / name for name in (file.name, *file.packed) if (root / name).is_file()), None)


def _read(root: Path, file: DataFile, cached: bool) -> bytes:
    path = _find(root, file)
    if path is None:
        path = root / file.name
        wanted = " or ".join((file.name, *file.packed))
        source = f", from {file.urls[0]}" if file.urls else ""
        raise DataError(
            f"{path}: no such file, expected one with SHA-256 {file.sha256}: put {wanted} there{source}, or "
            "leave data_dir unset to download it"
        )
    remedy = "delete it and run again to download it again" if cached else "copy it again from its source"
    packed_as = path.relative_to(root).as_posix()
    content = _checked(path.read_bytes(), file.packed.get(packed_as, file.sha256), path, remedy)
    suffix = packed_as.removeprefix(file.name)
    if packed_as == file.name or suffix not in UNPACK:
        return content
    try:
        content = UNPACK[suffix](content)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise DataError(f"{path}: cannot be unpacked as {suffix} ({error}): {remedy}") from error
    return _checked(content, file.sha256, f"{path}, unpacked", remedy)


def _checked(content: bytes, expected: str, what: object, remedy: str) -> bytes:
    actual = sha256(content)
    if actual != expected:
        raise DataError(
            f"{what}: SHA-256 is {actual} ({len(content)} bytes), expected {expected}: the file is corrupt "
            f"or truncated; {remedy}"
        )
    return content


def _download(file: DataFile, path: Path) -> None:
    """Download `file` to `path` from the first of its addresses that has it.

    Pooch writes to a temporary file next to `path`, checks the sum and only then renames it: an interrupted
    download leaves no file of this name.
    """
    import pooch  # type: ignore[import-untyped]

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise DataError(
            f"{path.parent}: cannot be written to ({error.strerror}): set DATA_CACHE to another folder for "
            "downloads, or data_dir to one that has the files"
        ) from None
    failures = []
    for url in file.urls:
        try:
            pooch.retrieve(
                url,
                known_hash=f"sha256:{file.sha256}",
                fname=path.name,
                path=path.parent,
                downloader=pooch.HTTPDownloader(timeout=60),
            )
            return
        except (OSError, ValueError) as error:
            failures.append(f"{url}: {error}")
    reasons = "; ".join(failures) or "no address is known"
    raise DataError(
        f"{path}: download failed, expected SHA-256 {file.sha256} ({reasons}): try again, put the file "
        "there, or set data_dir to a folder that has it"
    )


def _members(content: bytes, files: Sequence[DataFile], path: Path) -> dict[str, bytes]:
    """Members of a checked tar archive, read into memory, each checked; nothing is extracted to disk."""
    members = {}
    wanted = {file.name: file for file in files}
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar:
            if member.name in wanted and member.isreg():
                stream = tar.extractfile(member)
                assert stream is not None  # a regular file
                members[member.name] = _checked(
                    stream.read(),
                    wanted[member.name].sha256,
                    f"{path}, member {member.name}",
                    "download the archive again",
                )
    for name in wanted:
        if name not in members:
            raise DataError(f"{path}: the archive has no member {name}: download the archive again")
    return members
