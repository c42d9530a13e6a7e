"""Contracts, the hand-over of materials, deliverables and their review."""
