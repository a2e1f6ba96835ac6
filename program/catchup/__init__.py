"""Who says no is offered a parallel session, or waits for a seat at one."""
