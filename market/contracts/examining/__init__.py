"""How one round of the firm's work is examined: supplements, missing documents, an authority."""
