"""Organisations, their people, roles and signing in."""
