"""What one firm says of another: it binds who says it, and the other confirms or denies it."""
