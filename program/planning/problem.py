"""The planning problem as plain data: what the solver reads and writes."""
