"""The runner: one elected process whose clock (APScheduler) hands out due work."""
