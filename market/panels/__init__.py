"""Panels of experts: drawn from the pool by a draw of their own, seated, and replaced in order."""
