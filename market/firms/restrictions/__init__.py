"""Measures that bear on a firm for some items or for all, each with its beginning and its end."""
