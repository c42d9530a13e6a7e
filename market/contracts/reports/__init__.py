"""Progress reports at the milestones a contract names; one that is missing is a card."""
