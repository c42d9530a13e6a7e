"""Complaints (投诉): through three channels, accepted, decided; who complains is sealed."""
