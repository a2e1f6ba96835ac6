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
from contextlib import suppress
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


class NoKernels(RuntimeError):
    """The solver cannot be built or loaded; the message says why, and what to do."""


@cache
def library() -> ctypes.CDLL:
    """The loaded kernels; built first where they are not yet. May raise NoKernels.

    One that was built elsewhere (another libc, a copy that broke off) is built anew.
    """
    for path in places():
        if os.access(path, os.R_OK):
            with suppress(OSError):
                return ctypes.CDLL(str(path))
    built = build()
    try:
        return ctypes.CDLL(str(built))
    except OSError as error:
        raise NoKernels(f"The solver was built, but this Python cannot load it: {error}") from None


def build() -> Path:
    """Compile the sources and put the library where `library` finds it. May raise NoKernels."""
    compiler = _compiler()
    for place in places():
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=place.parent, suffix=".so")
        except OSError:  # read-only, full, or no folder at all
            continue
        os.close(handle)
        return _compiled(compiler, Path(beside), place)
    raise NoKernels(
        "The solver can be built nowhere: its own folder and the cache are read-only. Build it "
        "where they are not (python -m program.planning.solver.native), or set XDG_CACHE_HOME."
    )


def _compiled(compiler: list[str], beside: Path, place: Path) -> Path:
    """Whole or not at all: written beside its place, then renamed."""
    command = [*compiler, *FLAGS, *map(str, _sources()), "-o", str(beside), "-lm"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise NoKernels(f"The solver could not be built: {done.stderr.strip()}")
        beside.chmod(0o755)
        return beside.replace(place)
    except OSError as error:
        raise NoKernels(f"The solver could not be built: {error}") from None
    finally:
        beside.unlink(missing_ok=True)


def _compiler() -> list[str]:
    asked = os.environ.get("CC", "").split()
    if asked:
        return asked
    for name in COMPILERS:
        if found := shutil.which(name):
            return [found]
    if find_spec("ziglang"):  # a compiler that pip can install
        return [sys.executable, "-m", "ziglang", "cc"]
    raise NoKernels(
        "The solver needs a C compiler, once. Install one (apt-get install gcc), or: "
        "pip install ziglang"
    )


def _sources() -> list[Path]:
    return sorted(SOURCES.glob("*.c"))


def places() -> Iterator[Path]:
    """Beside the sources, else in the user's cache, if this user has one."""
    name = f"kernels-{_digest()}.so"
    yield SOURCES / "built" / name
    with suppress(RuntimeError):  # no home
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leergang" / name


@cache
def _digest() -> str:
    told = hashlib.sha256(" ".join(FLAGS).encode())
    told.update(f"{platform.machine()} {sysconfig.get_platform()}".encode())
    for path in sorted([*SOURCES.glob("*.c"), *SOURCES.glob("*.h")]):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]
