"""Builds the kernels at set-up: `python -m program.planning.solver.native`."""

import sys

from program.planning.solver.native import build

if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
