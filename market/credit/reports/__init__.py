"""Breaches that an authority reports: the firm is heard, another person confirms or drops them."""
