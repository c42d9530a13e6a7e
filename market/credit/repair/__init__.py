"""A firm applies for repair of its credit: evidence, a promise, two people, a clock."""
