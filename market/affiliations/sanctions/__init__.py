"""How far a blacklisting reaches: by rule also the firms under the same controller."""
