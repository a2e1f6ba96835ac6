"""How much of a message we take, and how much of what we took is read."""

MAX_MESSAGE = 25 * 1024 * 1024  # octets; a longer one is refused
MAX_READ = 2 * 1024 * 1024  # octets; from a longer one the files in it are left out first
