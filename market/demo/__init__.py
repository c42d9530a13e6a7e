"""A demonstration city, made by running the real actions under a moving clock."""
