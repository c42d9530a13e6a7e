"""The commands of ``python -m lottery``, one module for each kind of person who runs them."""
