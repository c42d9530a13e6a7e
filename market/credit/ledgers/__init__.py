"""Ledgers of those who are no firm: owners, from what the tables say of them, and professionals."""
