"""Writes tables as CSV, XLSX and ODS. Pure."""
