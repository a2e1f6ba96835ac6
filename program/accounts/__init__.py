"""People, their organisations and roles, and signing in."""
