"""What a progress report of an item is asked for: the platform's text, or the city's own."""
