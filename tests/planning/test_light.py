"""The solver's libraries are large: only the process that solves may load them."""

import subprocess
import sys

import pytest

HEAVY = ("ortools", "numpy", "pandas", "numba", "highspy")
SAY = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"
SERVED = """
from program.app import create_app
create_app(TESTING=True, SECRET_KEY="test").test_client().get("/sign-in")
"""


def loaded(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{SAY}"], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        SERVED, "import program.planning.worker", "import program.planning.jobs",
        "import program.planning.solver.reasons.asking",
    ],
)  # fmt: skip
def test_large_libraries_are_not_loaded_beforehand(code: str) -> None:
    assert loaded(code) == "[]"


def test_they_would_be_noticed() -> None:
    assert "ortools" in loaded("import ortools.sat.python.cp_model")
