"""Mail that reminds: who has not answered, what to know the day before, a trainer's week."""
