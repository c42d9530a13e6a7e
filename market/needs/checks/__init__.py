"""What is looked at before a need is published: fair competition, splitting, supply, roles."""
