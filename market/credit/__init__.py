"""Breaches, the ledger of points, and sanctions with due process."""
