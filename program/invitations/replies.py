"""Reads what mail clients send back. Pure."""
