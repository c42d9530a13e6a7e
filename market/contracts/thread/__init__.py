"""What the two sides of a contract write to each other, kept with the case."""
