"""Fee standards: reference tables as data, an exact engine that prints every step, comparison."""
