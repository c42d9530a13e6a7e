"""What owners ask for: drafts, approvals, checks, notices and what became of them."""
