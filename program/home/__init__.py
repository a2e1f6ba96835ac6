"""Where people land: a participant's schedule and progress, a trainer's and HR's first page."""
