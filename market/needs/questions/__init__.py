"""Questions about a notice (答疑): anybody signed in asks, the owner answers to everybody."""
