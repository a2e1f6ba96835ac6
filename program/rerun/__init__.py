"""A cohort that was held, once more from another day: programme, rules, groups and schedule."""
