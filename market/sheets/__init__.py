"""Tables as files: CSV and Excel read without trust, and written so that no reader runs them."""
