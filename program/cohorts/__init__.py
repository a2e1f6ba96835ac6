"""Who takes part: cohorts, enrolments, groups, trainers, and when people cannot come."""
