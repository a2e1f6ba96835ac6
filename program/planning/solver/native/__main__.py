"""Builds the kernels at set-up: `python -m program.planning.solver.native`."""

import sys

from program.planning.solver.native import NoKernels, build

if __name__ == "__main__":
    try:
        sys.stdout.write(f"{build().name}\n")
    except NoKernels as error:
        sys.exit(str(error))
