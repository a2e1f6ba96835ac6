"""A municipality's messy files, read, checked, shown and loaded."""
