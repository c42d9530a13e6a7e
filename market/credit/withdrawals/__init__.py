"""A wrong decision is withdrawn or corrected by two people, and everything is restored."""
