"""Messages: written in the transaction that causes them, delivered after it, each of them once."""
