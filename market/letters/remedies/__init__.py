"""What may be done against a decision: stated by the authority that decides, by two people."""
