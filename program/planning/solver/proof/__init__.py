"""Says what no calendar can do: CP-SAT on the same model, and a bound that is proven.

The solver libraries are large. They are imported when they are asked something, never before: the
web process does without them.
"""
