"""Asking the operator to decide about a suspension that the other side refused."""
