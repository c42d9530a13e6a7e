"""Who does the work of a contract: named by the firm, locked while the contract runs."""
