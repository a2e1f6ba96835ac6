"""Finds groups, tables, dates, rooms and trainers. Pure: no database, no Flask."""
