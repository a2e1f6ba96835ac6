"""Groups, tables, dates, rooms and trainers: the solver, its checker, and its runs."""
