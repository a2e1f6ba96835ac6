"""Races our planner against CP-SAT on the same questions: `python -m bench.planning`."""
