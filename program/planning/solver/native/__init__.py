"""The inner loops of the solver, in C: built once with the machine's own compiler, then loaded.

`make` builds the library at set-up; whoever comes first builds it otherwise (a second or two).
The name of the library holds a digest of its sources and of how it is built, so a new version
never meets an old library, and two processes that build at once only do the same work twice.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

SOURCES = Path(__file__).parent
# No fused or reordered floating point: a plan is the same on every machine.
FLAGS = (
    "-O3", "-std=c11", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno", "-Wall",
    "-Wextra",
)  # fmt: skip
COMPILERS = ("cc", "gcc", "clang")


class NoCompiler(RuntimeError):
    """There is nothing to build the solver with; the message says what to do."""


@cache
def library() -> ctypes.CDLL:
    """The loaded kernels; built first where they are not yet. May raise NoCompiler."""
    found = next((path for path in _places() if path.exists()), None)
    return ctypes.CDLL(str(found or build()))


def build() -> Path:
    """Compile the sources and put the library where `library` finds it."""
    compiler = _compiler()
    for place in _places():
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            return _compiled(compiler, place)
        except PermissionError:
            continue
    raise NoCompiler("The solver can be built nowhere: its own folder and the cache are read-only.")


def _compiled(compiler: list[str], place: Path) -> Path:
    """Whole or not at all: written beside its place, then renamed."""
    handle, beside = tempfile.mkstemp(dir=place.parent, suffix=".so")
    os.close(handle)
    command = [*compiler, *FLAGS, *map(str, _sources()), "-o", beside, "-lm"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise NoCompiler(f"The solver could not be built: {done.stderr.strip()}")
        Path(beside).chmod(0o755)
        return Path(beside).replace(place)
    finally:
        Path(beside).unlink(missing_ok=True)


def _compiler() -> list[str]:
    asked = os.environ.get("CC", "").split()
    if asked:
        return asked
    for name in COMPILERS:
        if found := shutil.which(name):
            return [found]
    if find_spec("ziglang"):  # a compiler that pip can install
        return [sys.executable, "-m", "ziglang", "cc"]
    raise NoCompiler(
        "The solver needs a C compiler, once. Install one (apt-get install gcc), or: "
        "pip install ziglang"
    )


def _sources() -> list[Path]:
    return sorted(SOURCES.glob("*.c"))


def _places() -> Iterator[Path]:
    """Beside the sources, else in the user's cache."""
    name = f"kernels-{_digest()}.so"
    yield SOURCES / "built" / name
    yield Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "leergang" / name


@cache
def _digest() -> str:
    told = hashlib.sha256(" ".join(FLAGS).encode())
    told.update(f"{platform.machine()} {sysconfig.get_platform()}".encode())
    for path in sorted([*SOURCES.glob("*.c"), *SOURCES.glob("*.h")]):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]
