"""What `python -m program.planning` can do: each command in a module of its own.

A module has `add_to(commands)`, which says what the command asks for and sets `run`: a function
that gets the arguments and returns the exit code.
"""
