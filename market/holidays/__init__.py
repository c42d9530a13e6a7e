"""Notices of holidays: imported, confirmed by a second person, and every deadline counted again."""
