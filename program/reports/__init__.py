"""Exports for municipal HR: presence, hours and completion of its own people, nothing more."""
