"""Live bidding between the close and the freeze: who bids lowest in public is on the list."""
