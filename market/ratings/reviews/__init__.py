"""What follows a rating: a bad one is looked into and heard, and people are called back."""
