"""Hours per domain against the norm. Pure."""
