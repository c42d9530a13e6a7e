"""Supervision: cards with a cause, a reply and an outcome; interviews; whom they concern."""
