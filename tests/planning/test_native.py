"""Where the kernels in C are found, and what is said where they cannot be."""

import ctypes
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from program.core.db import db
from program.planning import jobs, worker
from program.planning.actions import pose
from program.planning.jobs import solve_next
from program.planning.models import PlanRun, RunState
from program.planning.solver import native
from program.planning.solver.native import NoKernels
from program.planning.wording import Wording
from tests.planning.stored import AT, FEW, plannable


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where the library may be; one small source, so that it is built at once."""
    found: list[Path] = []
    monkeypatch.setattr(native, "places", lambda: iter(found))
    monkeypatch.setattr(native, "_sources", lambda: [native.SOURCES / "version.c"])
    return found


def loaded() -> ctypes.CDLL:
    return native.library.__wrapped__()


def test_a_library_that_was_built_for_another_machine_is_built_anew(
    places: list[Path], tmp_path: Path
) -> None:
    places.append(tmp_path / "kernels.so")
    places[0].write_bytes(b"\x7fELF of another machine")

    assert loaded().kernels_version() > 0
    assert [path.name for path in tmp_path.iterdir()] == ["kernels.so"]


def test_where_its_own_folder_takes_no_files_the_cache_does(
    places: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    places.extend([tmp_path / "file" / "kernels.so", tmp_path / "cache" / "kernels.so"])

    assert loaded().kernels_version() > 0
    assert places[1].exists()


def test_where_nothing_takes_files_a_sentence_says_what_to_do(
    places: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    places.append(tmp_path / "file" / "kernels.so")

    with pytest.raises(NoKernels, match="set XDG_CACHE_HOME"):
        loaded()


def test_who_has_no_home_still_has_the_folder_beside_the_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", _no_home)

    assert [place.parent for place in native.places()] == [native.SOURCES / "built"]


def _no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_a_compiler_that_is_not_there_is_told(
    places: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    places.append(tmp_path / "kernels.so")

    with pytest.raises(NoKernels, match="no-such-compiler"):
        loaded()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_without_kernels_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(worker, "answer", _no_kernels)
    monkeypatch.setattr(worker, "_be_modest", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO("{}\n"))

    worker.main()

    assert json.loads(capsys.readouterr().out) == {"failed": "kernels", "why": "No compiler."}


def _no_kernels(*_asked: object) -> None:
    raise NoKernels("No compiler.")


@pytest.mark.usefixtures("each_app")
def test_a_run_that_no_kernel_can_do_says_so_on_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    run = pose(plannable(), FEW, at=AT, by=None)
    db.session.commit()
    monkeypatch.setattr(jobs, "_started", _without_kernels)

    solve_next()

    failed = db.session.get_one(PlanRun, run.id, populate_existing=True)
    assert failed.state == RunState.FAILED
    assert "op deze server" in Wording(failed).failed(failed.error)


def _without_kernels() -> "subprocess.Popen[str]":
    said = json.dumps({"failed": "kernels", "why": "No compiler."})
    return subprocess.Popen(
        [sys.executable, "-c", f"input(); print('{said}')"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
