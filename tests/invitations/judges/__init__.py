"""Programs that are not ours, and a linter, that say whether an invitation works."""
