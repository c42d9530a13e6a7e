"""Firms: registration, qualifications, staff, services, published fees, standing."""
