"""Whose fault it is that nobody signed: both sides are heard, two persons find it."""
