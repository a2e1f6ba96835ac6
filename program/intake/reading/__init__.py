"""Reads tables, dates, working days and calendars as people write them. Pure."""
