"""One matter, one rating: the sides of a contract rate each other, blind, and in public."""
