"""The checks V1 to V14: pure functions from a bundle and a policy to findings."""
