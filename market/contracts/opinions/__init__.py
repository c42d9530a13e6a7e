"""How often those who examine the firms' work turn it down: by reviewer, item and firm."""
