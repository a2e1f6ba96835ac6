"""Personal calendar feeds behind a secret link."""
