"""What organisations hand in to prove what they say, and owners' own entry into the market."""
