"""Ending a contract in force before its service is done: agreed, decided, or with its award."""
