"""Who really was there, and what that means for their hours per domain."""
