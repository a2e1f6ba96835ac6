"""Work per domain: assignments, what people hand in, and the trainer's feedback. Never grades."""
