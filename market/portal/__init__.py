"""The public site: what anyone may read without an account."""
