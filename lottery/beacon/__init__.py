"""Public values nobody can choose, and the offline checks that they are genuine."""
