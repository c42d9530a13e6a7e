"""The way of a case: proposed, told, answered, heard, decided by two, put in effect, ended."""
