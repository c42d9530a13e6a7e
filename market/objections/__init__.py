"""Objections to a result: by those who took part, by its owner, and reports by others."""
