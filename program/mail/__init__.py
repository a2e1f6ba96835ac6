"""The post: what goes out (an outbox in the same transaction as its cause) and what came in."""
