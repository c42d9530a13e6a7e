"""The nightly self-audit: every row of record is compared with what the log says of it."""
