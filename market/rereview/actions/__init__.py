"""What is done with re-reviews: asked for, judged, decided, and closed with their contract."""
