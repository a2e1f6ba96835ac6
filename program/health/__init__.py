"""Whether this installation does its work: for a monitor, without personal data."""
