"""Who met whom: counted from presence, and as far as the rounds to come promise it."""
