"""Files are taken only if their bytes are right: from a mirror, from the cache, from the network, from an
archive."""

import gzip
import hashlib
import http.server
import io
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.datasets import files
from benchmarks.datasets.files import DataError
from benchmarks.spec import DataFile

CONTENT = bytes(range(256)) * 400
XZ = lzma.compress(CONTENT)
REPOSITORY = Path(__file__).parents[2]


def sum_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


FILE = DataFile("part/a.bin", sum_of(CONTENT), (), {"part/a.bin.xz": sum_of(XZ)})


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "set" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


class Server:
    """A local web server: `pages` maps a path to (status, declared length, body); a body of None hangs
    half-way."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, int, bytes]] = {}
        self.requests: list[str] = []
        self.hang = threading.Event()
        self.released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(self.path)
                status, length, body = outer.pages.get(self.path, (404, 0, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
                if self.path == "/hangs":
                    outer.hang.set()
                    outer.released.wait(60)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_CACHE", str(tmp_path / "cache"))
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    return tmp_path / "cache"


def test_reads_the_canonical_file(tmp_path: Path) -> None:
    put(tmp_path, "part/a.bin", CONTENT)
    assert files.missing("set", [FILE], tmp_path) is None
    assert files.fetch("set", [FILE], tmp_path) == {"part/a.bin": CONTENT}


def test_reads_a_packed_file_unpacked(tmp_path: Path) -> None:
    put(tmp_path, "part/a.bin.xz", XZ)
    assert files.missing("set", [FILE], tmp_path) is None
    assert files.fetch("set", [FILE], tmp_path) == {"part/a.bin": CONTENT}


def test_another_packing_is_returned_as_it_is(tmp_path: Path) -> None:
    packed = gzip.compress(b"fewer members")
    put(tmp_path, "small.tar.xz", packed)
    file = DataFile("whole.tar.gz", "0" * 64, (), {"small.tar.xz": sum_of(packed)})
    assert files.fetch("set", [file], tmp_path) == {"whole.tar.gz": packed}


@pytest.mark.parametrize("name, good", [("part/a.bin", CONTENT), ("part/a.bin.xz", XZ)])
@pytest.mark.parametrize("damage", ["flipped", "truncated", "empty"])
def test_damaged_file_names_file_and_both_sums(tmp_path: Path, name: str, good: bytes, damage: str) -> None:
    bad = {"flipped": good[:-1] + bytes([good[-1] ^ 1]), "truncated": good[: len(good) // 2], "empty": b""}[
        damage
    ]
    path = put(tmp_path, name, bad)
    with pytest.raises(DataError) as error:
        files.fetch("set", [FILE], tmp_path)
    for part in (str(path), sum_of(good), sum_of(bad), "copy it again"):
        assert part in str(error.value)


def test_packed_file_that_holds_other_bytes(tmp_path: Path) -> None:
    other = lzma.compress(b"something else")
    path = put(tmp_path, "part/a.bin.xz", other)
    file = DataFile(FILE.name, FILE.sha256, (), {"part/a.bin.xz": sum_of(other)})
    with pytest.raises(DataError) as error:
        files.fetch("set", [file], tmp_path)
    for part in (str(path), FILE.sha256, sum_of(b"something else")):
        assert part in str(error.value)


def test_wrong_packing_says_so(tmp_path: Path) -> None:
    zipped = gzip.compress(CONTENT)
    put(tmp_path, "part/a.bin.xz", zipped)
    file = DataFile(FILE.name, FILE.sha256, (), {"part/a.bin.xz": sum_of(zipped)})
    with pytest.raises(DataError, match=r"a\.bin\.xz: cannot be unpacked as \.xz"):
        files.fetch("set", [file], tmp_path)


def test_missing_file_names_it_and_its_sum_and_mirror_is_never_filled(tmp_path: Path, server: Server) -> None:
    server.pages["/a"] = (200, len(CONTENT), CONTENT)
    file = DataFile(FILE.name, FILE.sha256, (f"{server.url}/a",), FILE.packed)
    with pytest.raises(DataError) as error:
        files.fetch("set", [file], tmp_path)
    for part in (str(tmp_path / "set/part/a.bin"), FILE.sha256, "part/a.bin.xz", f"{server.url}/a"):
        assert part in str(error.value)
    assert server.requests == []
    assert "a.bin is not there" in str(files.missing("set", [file], tmp_path))


def test_downloads_once_into_the_cache(cache: Path, server: Server) -> None:
    server.pages["/a"] = (200, len(CONTENT), CONTENT)
    file = DataFile("part/a.bin", FILE.sha256, (f"{server.url}/a",))
    assert "would be downloaded" in str(files.missing("set", [file]))
    for _ in range(2):
        assert files.fetch("set", [file]) == {"part/a.bin": CONTENT}
    assert server.requests == ["/a"]
    assert (cache / "set/part/a.bin").read_bytes() == CONTENT
    assert files.missing("set", [file]) is None


def test_second_address_serves_when_the_first_fails(cache: Path, server: Server) -> None:
    server.pages["/wrong"] = (200, 5, b"hello")
    server.pages["/a"] = (200, len(CONTENT), CONTENT)
    file = DataFile("a.bin", FILE.sha256, (f"{server.url}/gone", f"{server.url}/wrong", f"{server.url}/a"))
    assert files.fetch("set", [file])["a.bin"] == CONTENT
    assert server.requests == ["/gone", "/wrong", "/a"]


@pytest.mark.parametrize("length", [len(CONTENT), len(CONTENT) // 2])
def test_half_a_download_is_never_a_file(cache: Path, server: Server, length: int) -> None:
    """The connection closes half-way, or the server declares the half to be the whole."""
    server.pages["/a"] = (200, length, CONTENT[: len(CONTENT) // 2])
    file = DataFile("a.bin", FILE.sha256, (f"{server.url}/a",))
    with pytest.raises(DataError, match="download failed") as error:
        files.fetch("set", [file])
    assert str(cache / "set/a.bin") in str(error.value)
    assert FILE.sha256 in str(error.value)
    assert list((cache / "set").iterdir()) == []
    server.pages["/a"] = (200, len(CONTENT), CONTENT)
    assert files.fetch("set", [file])["a.bin"] == CONTENT


def test_killed_download_is_never_a_file(cache: Path, server: Server) -> None:
    server.pages["/hangs"] = (200, len(CONTENT), CONTENT[: len(CONTENT) // 2])
    server.pages["/a"] = (200, len(CONTENT), CONTENT)
    code = (
        "import sys; from benchmarks.datasets import files; from benchmarks.spec import DataFile\n"
        "files.fetch('set', [DataFile('a.bin', sys.argv[1], (sys.argv[2],))])"
    )
    command = [sys.executable, "-c", code, FILE.sha256, f"{server.url}/hangs"]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env=os.environ | {"DATA_CACHE": str(cache)}, stderr=subprocess.DEVNULL
    )
    assert server.hang.wait(60)
    deadline = time.monotonic() + 10
    while not any(path.stat().st_size for path in (cache / "set").glob("*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (cache / "set/a.bin").exists()
    assert files.fetch("set", [DataFile("a.bin", FILE.sha256, (f"{server.url}/a",))])["a.bin"] == CONTENT


def test_damaged_file_in_the_cache_is_an_error(cache: Path) -> None:
    path = put(cache, "part/a.bin", CONTENT[:10])
    with pytest.raises(DataError, match="delete it and run again") as error:
        files.fetch("set", [FILE])
    assert str(path) in str(error.value)


def tar(members: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return buffer.getvalue()


def test_members_come_from_the_archive(tmp_path: Path) -> None:
    packed = tar({"part/a.bin": CONTENT, "../outside": b"never written"})
    put(tmp_path, "all.tar.gz", packed)
    archive = DataFile("all.tar.gz", sum_of(packed))
    assert files.missing("set", [FILE], tmp_path, archive) is None
    assert files.fetch("set", [FILE], tmp_path, archive) == {"part/a.bin": CONTENT}
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["all.tar.gz", "set"]


@pytest.mark.parametrize(
    "packed, message",
    [
        (tar({"part/a.bin": CONTENT[:-1]}), r"member part/a\.bin: SHA-256 is"),
        (tar({"part/b.bin": CONTENT}), r"has no member part/a\.bin"),
        (tar({"secret": CONTENT}, {"part/a.bin": "secret"}), r"has no member part/a\.bin"),
    ],
    ids=["damaged", "absent", "link"],
)
def test_bad_members_are_refused(tmp_path: Path, packed: bytes, message: str) -> None:
    put(tmp_path, "all.tar.gz", packed)
    with pytest.raises(DataError, match=message):
        files.fetch("set", [FILE], tmp_path, DataFile("all.tar.gz", sum_of(packed)))


def test_damaged_archive_is_not_opened(tmp_path: Path) -> None:
    packed = tar({"part/a.bin": CONTENT})
    put(tmp_path, "all.tar.gz", packed[:-20])
    with pytest.raises(DataError, match=sum_of(packed)):
        files.fetch("set", [FILE], tmp_path, DataFile("all.tar.gz", sum_of(packed)))


def test_archive_is_downloaded_when_its_members_are_absent(cache: Path, server: Server) -> None:
    packed = tar({"part/a.bin": CONTENT})
    server.pages["/all"] = (200, len(packed), packed)
    archive = DataFile("all.tar.gz", sum_of(packed), (f"{server.url}/all",))
    assert files.fetch("set", [FILE], archive=archive) == {"part/a.bin": CONTENT}
    assert (cache / "set/all.tar.gz").is_file()


def test_a_user_without_a_home_keeps_downloads_beside_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("DATA_CACHE", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.chdir(tmp_path)
    assert files.cache_dir() == tmp_path / "results" / "cache"
    monkeypatch.setenv("DATA_CACHE", "/elsewhere")
    assert files.cache_dir() == Path("/elsewhere")


def test_a_cache_that_cannot_be_written_to_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATA_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(
        DataError,
        match=r"cache/set.*: cannot be written to \(Not a directory\): set DATA_CACHE to another folder",
    ):
        files.fetch("set", [FILE])
