"""Invoices and payments of contracts: each sum within the one before it."""
