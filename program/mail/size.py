"""How much of a message we take."""

MAX_MESSAGE = 2 * 1024 * 1024  # octets; of a longer one the beginning is kept, and is not read
