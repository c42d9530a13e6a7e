"""Scored selection: proposals without names, sealed score sheets, the highest total."""
