"""Leergang: leadership programmes for large cohorts, from HR's list to HR's export."""
