"""Says which rules a plan breaks; shares no code with the solver."""
