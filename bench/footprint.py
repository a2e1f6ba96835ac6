"""Operation 17: what a worker weighs and what starting it costs, against Flask alone."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Cost, Pair
from bench.pages import pages_of
from bench.server import ROOT, serving
from bench.world import World

FLASK_ALONE = (
    "from flask import Flask\napp = Flask('alone')\napp.get('/')(lambda: 'Hello, world')\n"
)


#: tools of developers that a library takes along when they are there; where Leergang is used they
#: are not
TOOLS = ("rich",)
WITHOUT_TOOLS = f"import sys\nfor name in {TOOLS}:\n    sys.modules[name] = None\n"


def pairs(world: World) -> Iterator[Pair]:
    if world.on:
        return
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "alone.py").write_text(FLASK_ALONE)
        Path(directory, "sitecustomize.py").write_text(WITHOUT_TOOLS)
        path = f"{ROOT}:{directory}"
        ours, alone = (_start(code, path) for code in ("import wsgi", FLASK_ALONE))
        yield Pair("17", "CPU to start", ours, alone, 4, unit="ms")
        yield Pair(
            "17", "memory of a worker (PSS)",
            _weight("wsgi:app", [page.path for page in pages_of(world).values()], path),
            _weight("alone:app", ["/"], path), 2.7, unit="MB",
        )  # fmt: skip


def _start(code: str, python_path: str) -> Cost:
    def cost() -> float:
        before = os.times()
        environment = _compiled() | {"PYTHONPATH": python_path}
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
        after = os.times()
        spent = (after.children_user + after.children_system) - (
            before.children_user + before.children_system
        )
        return spent * 1000

    return cost


def _compiled() -> dict[str, str]:
    """As where it is installed: compiled once, by the first start, not at every start."""
    return {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _weight(target: str, paths: list[str], python_path: str) -> Cost:
    def cost() -> float:
        with serving(target, PYTHONPATH=python_path) as server:
            for path in paths * 5:
                server.get(path)
            return server.pss()

    return cost
