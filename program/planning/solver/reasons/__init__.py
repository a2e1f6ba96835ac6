"""Says why there is no calendar, what would help, and why a meeting is not on another day."""
