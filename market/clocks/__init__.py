"""Service clocks: whose time passes, what is due, which cards follow. No day disappears."""
