#!/usr/bin/env bash
# Runs pytest with its temporary databases in memory where there is room: the suite waits for no disk.
set -euo pipefail
cd "$(dirname "$0")/.."
room=$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1 || true)
if [ "${room:-0}" -gt 2000000 ]; then
  PYTEST_DEBUG_TEMPROOT=$(mktemp -d /dev/shm/leergang.XXXXXX)
  export PYTEST_DEBUG_TEMPROOT
  trap 'rm -rf "$PYTEST_DEBUG_TEMPROOT"' EXIT
fi
"${BIN:-.venv/bin}/python" -m pytest "$@"
