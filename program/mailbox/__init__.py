"""The built-in mailbox: every message as a mail client shows it, and answers as one sends them."""
