"""A contract between its filing and its confirmation: whose turn it was, and for how long."""
